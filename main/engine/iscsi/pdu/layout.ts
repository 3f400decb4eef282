/** The basic header segment (RFC 7143, 11.2): 48 bytes, big-endian. */
export const headerBytes = 48;
export const digestBytes = 4;

/** What initiators send (11.2.1.2). */
export const requestOpcodes = {
  nopOut: 0x00,
  scsiCommand: 0x01,
  taskManagement: 0x02,
  login: 0x03,
  text: 0x04,
  dataOut: 0x05,
  logout: 0x06,
  snack: 0x10,
} as const;

/** What targets send. */
export const responseOpcodes = {
  nopIn: 0x20,
  scsiResponse: 0x21,
  taskManagement: 0x22,
  login: 0x23,
  text: 0x24,
  dataIn: 0x25,
  logout: 0x26,
  readyToTransfer: 0x31,
  asynchronous: 0x32,
  reject: 0x3f,
} as const;

/** Reasons of a Reject (11.17.1). */
export const rejectReasons = {
  dataDigestError: 0x02,
  snackRejected: 0x03,
  protocolError: 0x04,
  commandNotSupported: 0x05,
  immediateCommandRejected: 0x06,
  invalidPduField: 0x09,
} as const;
export type RejectReason = keyof typeof rejectReasons;

/** Stands for no tag (11.2.1.8). */
export const noTag = 0xffff_ffff;

export const finalFlag = 0x80;

/** A PDU as it came: header, additional headers, data without padding. */
export interface RawPdu {
  readonly header: Buffer;
  readonly additional: Buffer;
  readonly data: Buffer;
}

export function opcodeOf(header: Buffer): number {
  return header[0]! & 0x3f;
}

export function isImmediate(header: Buffer): boolean {
  return (header[0]! & 0x40) !== 0;
}

export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Which digests a connection uses; none during login (6.1). */
export interface Digests {
  readonly header: boolean;
  readonly data: boolean;
}
export const noDigests: Digests = { header: false, data: false };

/** Whether serial number `a` comes before `b` (RFC 1982, 32 bits). */
export function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

export function serial(value: number): number {
  return value >>> 0;
}
