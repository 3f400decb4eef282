import { crc32c } from '#engine/bytes';
import type { LogPlace } from './log.ts';
import type { Superblock } from './superblock.ts';

/** Where a structure says who wrote it when: its checksum, the place in the log of its last change, and the file system it is of. */
interface Mark {
  readonly sum: number;
  readonly place: number;
  readonly id: number;
}

const shortTree: Mark = { sum: 52, place: 24, id: 32 };
const longTree: Mark = { sum: 64, place: 32, id: 40 };
const folder: Mark = { sum: 4, place: 16, id: 24 };
const remote: Mark = { sum: 12, place: 48, id: 16 };
const index: Mark = { sum: 12, place: 24, id: 32 };

/** By the first four bytes [XFS "Self Describing Metadata"]. */
const marks: Readonly<Record<string, Mark>> = {
  XFSB: { sum: 224, place: 240, id: 32 },
  XAGF: { sum: 216, place: 208, id: 64 },
  XAGI: { sum: 312, place: 320, id: 296 },
  XAFL: { sum: 32, place: 24, id: 8 },
  AB3B: shortTree,
  AB3C: shortTree,
  IAB3: shortTree,
  FIB3: shortTree,
  RMB3: shortTree,
  R3FC: shortTree,
  BMA3: longTree,
  XDB3: folder,
  XDD3: folder,
  XDF3: folder,
  XSLM: remote,
  XARM: remote,
};
/** Of indexes of folders and attributes, which have their mark further on: leaves, single leaves, nodes. */
const indexMarks = new Set([0x3bee, 0x3df1, 0x3dff, 0x3ebe]);

function markOf({ isVersion5 }: Superblock, bytes: Buffer): Mark | undefined {
  if (!isVersion5 || bytes.length < 512) return undefined;
  return marks[bytes.toString('latin1', 0, 4)] ?? (indexMarks.has(bytes.readUInt16BE(8)) ? index : undefined);
}

/** When a structure that lies on the volume was last written; undefined for what does not say, or is of another file system. */
export function placeOfWrite(superblock: Superblock, bytes: Buffer): LogPlace | undefined {
  const mark = markOf(superblock, bytes);
  if (mark === undefined || !superblock.metadataId.equals(bytes.subarray(mark.id, mark.id + 16))) return undefined;
  return placeAt(bytes, mark.place);
}

/** Undefined for a structure that was never logged. */
export function placeAt(bytes: Buffer, at: number): LogPlace | undefined {
  const [cycle, block] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
  const isNever = (cycle === 0 && block === 0) || (cycle === 0xffffffff && block === 0xffffffff);
  return isNever ? undefined : { cycle, block };
}

/** The checksum is made when a structure is written to its place, so that the log has an old one. */
export function seal(superblock: Superblock, bytes: Buffer): Buffer {
  const mark = markOf(superblock, bytes);
  if (mark !== undefined) sealAt(bytes, mark.sum);
  return bytes;
}

export function sealAt(bytes: Buffer, at: number): void {
  bytes.writeUInt32LE(0, at);
  bytes.writeUInt32LE(crc32c(bytes), at);
}
