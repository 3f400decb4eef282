/** Numbers of the protocol; all big-endian. */
export const serverMagic = Buffer.from('NBDMAGIC', 'latin1');
export const optionMagic = Buffer.from('IHAVEOPT', 'latin1');
export const optionReplyMagic = Buffer.from('0003e889045565a9', 'hex');
export const requestMagic = 0x2560_9513;
export const simpleReplyMagic = 0x6744_6698;

export const handshakeFlags = { fixedNewstyle: 1, noZeroes: 2 } as const;
export const options = { exportName: 1, abort: 2, list: 3, info: 6, go: 7 } as const;
export const optionReplies = {
  ack: 1,
  server: 2,
  info: 3,
  unsupported: 0x8000_0001,
  invalid: 0x8000_0003,
  unknown: 0x8000_0006,
} as const;
export const infoTypes = { exported: 0, blockSize: 3 } as const;
export const commands = { read: 0, write: 1, disconnect: 2, flush: 3, trim: 4, cache: 5, writeZeroes: 6 } as const;
export const forceUnitAccess = 1;
export const errnos = { none: 0, io: 5, invalid: 22, noSpace: 28 } as const;

/** HAS_FLAGS, SEND_FLUSH, SEND_FUA, SEND_TRIM, SEND_WRITE_ZEROES, CAN_MULTI_CONN, SEND_CACHE. */
export const transmissionFlags = 0x0001 | 0x0004 | 0x0008 | 0x0020 | 0x0040 | 0x0100 | 0x0400;
export const requestBytes = 28;
/** What clients may ask for at once where nothing else was agreed on. */
export const payloadLimitBytes = 32 * 1024 * 1024;
