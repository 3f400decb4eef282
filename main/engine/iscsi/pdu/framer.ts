import { HostkeepError } from '#contract';
import { crc32c } from '#engine/bytes';
import { digestBytes, headerBytes, padded, type Digests, type RawPdu } from './layout.ts';

/** Cuts a stream of bytes into PDUs. It holds at most one PDU, whose length is known to be within bounds before it is waited for. */
export interface Framer {
  push(bytes: Buffer): void;
  /**
   * The next whole PDU, or undefined when more bytes are needed.
   * @throws HostkeepError iscsi/malformed
   */
  next(): FramedPdu | undefined;
  /** From the next PDU on. */
  useDigests(digests: Digests): void;
  allowData(limitBytes: number): void;
}

export type FramedPdu = RawPdu & { readonly dataDigestBroken: boolean };

export function framer(limitBytes: number): Framer {
  let digests: Digests = { header: false, data: false };
  let limit = limitBytes;
  let chunks: Buffer[] = [];
  let held = 0;

  const peek = (length: number): Buffer => {
    if (chunks[0]!.length < length) chunks = [Buffer.concat(chunks, held)];
    return chunks[0]!.subarray(0, length);
  };
  const take = (length: number): Buffer => {
    const bytes = peek(length);
    const rest = chunks[0]!.subarray(length);
    if (rest.length > 0) chunks[0] = rest;
    else chunks.shift();
    held -= length;
    return bytes;
  };
  const wholeLength = (header: Buffer): number => {
    const dataLength = header.readUIntBE(5, 3);
    if (dataLength > limit) throw new HostkeepError('iscsi/malformed', { why: 'data segment too long', dataLength, limit });
    const additional = header[4]! * 4;
    const data = dataLength === 0 ? 0 : padded(dataLength) + (digests.data ? digestBytes : 0);
    return headerBytes + additional + (digests.header ? digestBytes : 0) + data;
  };
  return {
    push(bytes) {
      if (bytes.length === 0) return;
      chunks.push(bytes);
      held += bytes.length;
    },
    next() {
      if (held < headerBytes) return undefined;
      const length = wholeLength(peek(headerBytes));
      return held < length ? undefined : split(take(length), digests);
    },
    useDigests: (wanted) => {
      digests = wanted;
    },
    allowData: (bytes) => {
      limit = bytes;
    },
  };
}

function split(whole: Buffer, digests: Digests): FramedPdu {
  const header = whole.subarray(0, headerBytes);
  const headersEnd = headerBytes + header[4]! * 4;
  let at = headersEnd;
  if (digests.header) {
    // Nothing in a header that is not what was sent can be believed, not even where the next one is (7.7).
    if (whole.readUInt32LE(at) !== crc32c(whole.subarray(0, headersEnd)))
      throw new HostkeepError('iscsi/malformed', { why: 'header digest' });
    at += digestBytes;
  }
  const dataLength = header.readUIntBE(5, 3);
  const data = whole.subarray(at, at + dataLength);
  const paddedData = whole.subarray(at, at + padded(dataLength));
  const dataDigestBroken = digests.data && dataLength > 0 && whole.readUInt32LE(at + paddedData.length) !== crc32c(paddedData);
  return { header, additional: whole.subarray(headerBytes, headersEnd), data, dataDigestBroken };
}
