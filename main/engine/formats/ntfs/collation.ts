import { hasCode } from '#contract';
import { attributeTypes, ownRecords } from './layout.ts';
import { openFile } from './file.ts';
import type { MasterFileTable } from './mft.ts';
import type { RunReader } from './runs.ts';
import { openStream, readStream } from './stream.ts';

/** The capital of each UTF-16 unit, as the volume was formatted with ([NTFS] "File - $UpCase"). */
export type UpCase = Uint16Array;

const units = 65_536;

/** The volume's table. One that is damaged is replaced by today's Unicode: folders are then searched a little less exactly. */
export async function readUpCase(from: RunReader, mft: MasterFileTable): Promise<UpCase> {
  try {
    const file = await openFile(from, mft, ownRecords.upCase);
    const stream = openStream(from, await file.pieces(attributeTypes.data, ''));
    const bytes = Buffer.alloc(units * 2);
    await readStream(stream, 0, bytes.subarray(0, Math.min(stream.sizeBytes, bytes.length)));
    // Little-endian, as every machine that this runs on.
    return new Uint16Array(bytes.buffer, bytes.byteOffset, units);
  } catch (error) {
    if (!hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds')) throw error;
    return Uint16Array.from({ length: units }, (_, unit) => capitalOf(unit));
  }
}

function capitalOf(unit: number): number {
  const capital = String.fromCharCode(unit).toUpperCase();
  return capital.length === 1 ? capital.charCodeAt(0) : unit;
}

/** COLLATION_FILE_NAME without its last step: names that differ in case only are equal here. */
export function compareNames(upCase: UpCase, left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const difference = upCase[left.charCodeAt(index)]! - upCase[right.charCodeAt(index)]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
