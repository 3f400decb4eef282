import { HostkeepError } from '#contract';

const magic = 0xfd2fb528;
const headerBits = { singleSegment: 0x20, checksum: 4 } as const;
const dictionaryBytes = [0, 1, 2, 4];
const contentBytes = [0, 2, 4, 8];
const blockTypes = { repeated: 1, reserved: 3 } as const;

function corrupt(fact: string): HostkeepError {
  return new HostkeepError('format/compressed-corrupt', { format: 'zstd', fact });
}

/** The length of the first frame (RFC 8878, section 3.1.1), which may have other bytes behind it. @throws format/compressed-corrupt */
export function zstdFrameBytes(input: Buffer): number {
  if (input.length < 6 || input.readUInt32LE(0) !== magic) throw corrupt('no frame');
  const descriptor = input[4]!;
  const isSingle = (descriptor & headerBits.singleSegment) !== 0;
  const sizeFlag = descriptor >>> 6;
  const sizeBytes = sizeFlag === 0 && isSingle ? 1 : contentBytes[sizeFlag]!;
  let at = 5 + (isSingle ? 0 : 1) + dictionaryBytes[descriptor & 3]! + sizeBytes;
  for (let isLast = false; !isLast;) {
    if (at + 3 > input.length) throw corrupt('the data is cut off');
    const header = input.readUIntLE(at, 3);
    const type = (header >>> 1) & 3;
    if (type === blockTypes.reserved) throw corrupt('a block that does not exist');
    isLast = (header & 1) !== 0;
    at += 3 + (type === blockTypes.repeated ? 1 : header >>> 3);
  }
  const end = at + ((descriptor & headerBits.checksum) === 0 ? 0 : 4);
  if (end > input.length) throw corrupt('the data is cut off');
  return end;
}
