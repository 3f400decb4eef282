import { crc32c } from '#engine/bytes';
import { digestBytes, headerBytes, padded, type Digests } from './layout.ts';

/** A PDU being written: its header and the place of its data, in one piece of memory. */
export interface Frame {
  readonly bytes: Buffer;
  readonly header: Buffer;
  /** To be filled before `sealFrame`. */
  readonly data: Buffer;
}

/** Memory for a PDU with so much data; header zeroed and its data length set. */
export function newFrame(
  opcode: number,
  dataLength: number,
  digests: Digests,
  memory: (bytes: number) => Buffer = Buffer.allocUnsafe,
): Frame {
  const dataStart = headerBytes + (digests.header ? digestBytes : 0);
  const withPadding = padded(dataLength);
  const bytes = memory(dataStart + withPadding + (digests.data && dataLength > 0 ? digestBytes : 0));
  const header = bytes.subarray(0, headerBytes);
  header.fill(0);
  header[0] = opcode;
  header.writeUIntBE(dataLength, 5, 3);
  bytes.fill(0, dataStart + dataLength, dataStart + withPadding);
  return { bytes, header, data: bytes.subarray(dataStart, dataStart + dataLength) };
}

/** Puts the digests in; the frame must not change any more. */
export function sealFrame(frame: Frame, digests: Digests): Buffer {
  const { bytes, header, data } = frame;
  if (digests.header) bytes.writeUInt32LE(crc32c(header), headerBytes);
  if (digests.data && data.length > 0) {
    const end = bytes.length - digestBytes;
    bytes.writeUInt32LE(crc32c(bytes.subarray(end - padded(data.length), end)), end);
  }
  return bytes;
}
