import type { LogPlace } from './log.ts';
import { placeAt, sealAt } from './log-seals.ts';
import type { Superblock } from './superblock.ts';

/** What a transaction says of an inode [XFS "Inode Log Item"]. */
export interface InodeChange {
  readonly number: number;
  readonly place: LogPlace;
  /** Which parts there are. */
  readonly fields: number;
  readonly core: Buffer;
  readonly forks: readonly Buffer[];
  readonly dataBytes: number;
  readonly attributeBytes: number;
}

const parts = { data: 0x2 | 0x4 | 0x8, dataRoot: 0x8, attributes: 0x40 | 0x80 | 0x100, attributeRoot: 0x100 } as const;
const coreBytes = { version2: 100, version3: 176 } as const;
const flags2 = { bigTime: 8n, largeCounts: 16n } as const;

/** The inode with the change; undefined where the volume has a later one already. */
export function putInode(superblock: Superblock, bytes: Buffer, change: InodeChange): Buffer | undefined {
  const { isVersion5 } = superblock;
  const { core, fields, number } = change;
  const length = isVersion5 ? coreBytes.version3 : coreBytes.version2;
  if (core.length < length || core.readUInt16LE(0) !== 0x494e) return undefined;
  if (isLater(bytes, change, isVersion5)) return undefined;
  const inode = Buffer.from(bytes);
  const next = inode.readUInt32BE(96);
  turned(core, length).copy(inode);
  inode.writeUInt32BE(next, 96);
  if (isVersion5) {
    inode.writeBigUInt64BE(BigInt(number), 152);
    superblock.metadataId.copy(inode, 160);
    inode.writeUInt32BE(change.place.cycle, 112);
    inode.writeUInt32BE(change.place.block, 116);
  }
  const forkOffset = inode[82]! * 8;
  const attributesAt = forkOffset === 0 ? inode.length : Math.min(inode.length, length + forkOffset);
  const forks = [...change.forks];
  if ((fields & parts.data) !== 0) {
    const bytesOfFork = forks.shift();
    if (bytesOfFork !== undefined)
      putFork(superblock, inode.subarray(length, attributesAt), { bytes: bytesOfFork, isRoot: (fields & parts.dataRoot) !== 0 });
  }
  if ((fields & parts.attributes) !== 0) {
    const bytesOfFork = forks.shift();
    if (bytesOfFork !== undefined)
      putFork(superblock, inode.subarray(attributesAt), { bytes: bytesOfFork, isRoot: (fields & parts.attributeRoot) !== 0 });
  }
  if (isVersion5) sealAt(inode, 100);
  return inode;
}

/** Version 5 has the place in the log of the last change; before, writes of an inode were counted. */
function isLater(bytes: Buffer, { place, core, number }: InodeChange, isVersion5: boolean): boolean {
  if (bytes.toString('latin1', 0, 2) !== 'IN') return false;
  if (!isVersion5) {
    const [logged, written] = [core.readUInt16LE(30), bytes.readUInt16BE(30)];
    // The count begins again behind its largest.
    return bytes[4]! < 3 && logged < written && !(written === 0xffff && logged < 0x7fff);
  }
  if (bytes.readBigUInt64BE(152) !== BigInt(number)) return false;
  const written = placeAt(bytes, 112);
  return written !== undefined && (written.cycle > place.cycle || (written.cycle === place.cycle && written.block > place.block));
}

const widths: readonly (readonly [at: number, bytes: number])[] = [
  [0, 2],
  [2, 2],
  [6, 2],
  [8, 4],
  [12, 4],
  [16, 4],
  [20, 2],
  [22, 2],
  [56, 8],
  [64, 8],
  [72, 4],
  [84, 4],
  [88, 2],
  [90, 2],
  [92, 4],
  [96, 4],
];
const widths3: readonly (readonly [at: number, bytes: number])[] = [
  [104, 8],
  [112, 8],
  [120, 8],
  [128, 4],
  [152, 8],
];
const times = [32, 40, 48];

/** The core as it lies on the volume: big-endian, where the log has the numbers as the guest's processor does. */
function turned(core: Buffer, length: number): Buffer {
  const bytes = Buffer.from(core.subarray(0, length));
  const turn = (at: number, count: number): void => bytes.set(bytes.subarray(at, at + count).toReversed(), at);
  const isVersion3 = length === coreBytes.version3;
  const bits = isVersion3 ? core.readBigUInt64LE(120) : 0n;
  for (const [at, count] of isVersion3 ? [...widths, ...widths3] : widths) turn(at, count);
  for (const at of isVersion3 ? [...times, 144] : times) {
    if ((bits & flags2.bigTime) !== 0n) turn(at, 8);
    else {
      turn(at, 4);
      turn(at + 4, 4);
    }
  }
  if ((bits & flags2.largeCounts) !== 0n) {
    turn(24, 8);
    turn(76, 4);
  } else {
    turn(30, 2);
    turn(76, 4);
    turn(80, 2);
  }
  return bytes;
}

interface LoggedFork {
  readonly bytes: Buffer;
  /** A root of a tree, in the form that it has in memory. */
  readonly isRoot: boolean;
}

function putFork({ isVersion5 }: Superblock, fork: Buffer, { bytes, isRoot }: LoggedFork): void {
  if (!isRoot) {
    bytes.copy(fork);
    return;
  }
  const header = isVersion5 ? 72 : 24;
  const entries = bytes.length < header ? 0 : bytes.readUInt16BE(6);
  const [room, places] = [Math.floor((bytes.length - header) / 16), Math.floor((fork.length - 4) / 16)];
  if (entries > room || entries > places) return;
  bytes.copy(fork, 0, 4, 8);
  bytes.copy(fork, 4, header, header + entries * 8);
  bytes.copy(fork, 4 + places * 8, header + room * 8, header + room * 8 + entries * 8);
}
