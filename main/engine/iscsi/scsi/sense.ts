/** Sense data (SPC-4, 4.5): why a command was not done. */
export interface Sense {
  readonly key: number;
  readonly code: number;
  readonly qualifier: number;
  /** Where on the disk or in the data, where that is known. */
  readonly information?: number;
}

const sense = (key: number, code: number, qualifier = 0): Sense => ({ key, code, qualifier });

export const senses = {
  invalidOpcode: sense(0x05, 0x20),
  invalidField: sense(0x05, 0x24),
  invalidParameterField: sense(0x05, 0x26),
  parameterListLength: sense(0x05, 0x1a),
  outOfRange: sense(0x05, 0x21),
  noSuchUnit: sense(0x05, 0x25),
  savingNotSupported: sense(0x05, 0x39),
  invalidRelease: sense(0x05, 0x26, 0x04),
  insufficientRegistrations: sense(0x05, 0x55, 0x04),
  miscompare: sense(0x0e, 0x1d),
  readError: sense(0x03, 0x11),
  writeError: sense(0x03, 0x0c),
  writeProtected: sense(0x07, 0x27),
  /** Space allocation failed: the overlay is full (SBC-3, 4.7.3.6). */
  spaceExhausted: sense(0x07, 0x27, 0x07),
  internalFailure: sense(0x04, 0x44),
  /** Protocol service CRC error, which stands for every error in a sequence of data (RFC 7143, 7.8, 7.9). */
  dataOutOfSequence: sense(0x0b, 0x47, 0x05),
  powerOn: sense(0x06, 0x29),
  deviceReset: sense(0x06, 0x29, 0x03),
  modeChanged: sense(0x06, 0x2a, 0x01),
  reservationsPreempted: sense(0x06, 0x2a, 0x03),
  reservationsReleased: sense(0x06, 0x2a, 0x04),
  registrationsPreempted: sense(0x06, 0x2a, 0x05),
} as const;

/** Sense data in fixed (SPC-4, 4.5.3) or descriptor format (4.5.2). */
export function writeSense(of: Sense, descriptorFormat: boolean): Buffer {
  return descriptorFormat ? descriptorSense(of) : fixedSense(of);
}

function fixedSense({ key, code, qualifier, information }: Sense): Buffer {
  const bytes = Buffer.alloc(18);
  const fits = information !== undefined && information <= 0xffff_ffff;
  bytes[0] = fits ? 0xf0 : 0x70;
  bytes[2] = key;
  if (fits) bytes.writeUInt32BE(information, 3);
  bytes[7] = 10;
  bytes[12] = code;
  bytes[13] = qualifier;
  return bytes;
}

function descriptorSense({ key, code, qualifier, information }: Sense): Buffer {
  const bytes = Buffer.alloc(information === undefined ? 8 : 20);
  bytes[0] = 0x72;
  bytes[1] = key;
  bytes[2] = code;
  bytes[3] = qualifier;
  bytes[7] = bytes.length - 8;
  if (information !== undefined) {
    bytes[9] = 10;
    bytes[10] = 0x80;
    bytes.writeBigUInt64BE(BigInt(information), 12);
  }
  return bytes;
}
