import type { Piece } from './chunks.ts';
import { corrupt, items, objects } from './layout.ts';
import { readPieces } from './tree.ts';
import type { Item } from './tree-block.ts';
import type { BtrfsVolume } from './volume.ts';

/** Bytes at logical addresses, in whole sectors. */
export interface DataRange {
  readonly logical: number;
  readonly length: number;
  /** Whether there are checksums to be held against them. */
  readonly isSummed: boolean;
}

/** Every sector from a copy whose checksum holds. @throws HostkeepError format/btrfs-corrupt where there is none, format/btrfs-unsupported */
export async function readData(volume: BtrfsVolume, range: DataRange): Promise<Buffer> {
  const { source, superblock, map } = volume;
  const { sectorSize, checksum } = superblock;
  const { logical, length, isSummed } = range;
  if (logical % sectorSize !== 0 || length % sectorSize !== 0) throw corrupt('extent', { logical, length });
  const [first, ...others] = map.copies(logical, length) as [readonly Piece[], ...(readonly Piece[])[]];
  const bytes = await readPieces(source, first, length);
  if (!isSummed) return bytes;
  const sums = await readSums(volume, range);
  for (let at = 0; at < length; at += sectorSize) {
    const sumAt = (at / sectorSize) * checksum.bytes;
    const sector = bytes.subarray(at, at + sectorSize);
    if (!checksum.holds(sector, sums, sumAt))
      await mend(volume, {
        sector,
        logical: logical + at,
        sum: sums.subarray(sumAt, sumAt + checksum.bytes),
        copies: others.length,
      });
  }
  return bytes;
}

interface BadSector {
  readonly sector: Buffer;
  readonly logical: number;
  readonly sum: Buffer;
  /** How many there are beside the one that was read. */
  readonly copies: number;
}

async function mend({ source, superblock, map }: BtrfsVolume, { sector, logical, sum, copies }: BadSector): Promise<void> {
  if (copies > 0)
    for (const copy of map.copies(logical, sector.length).slice(1)) {
      const other = await readPieces(source, copy, sector.length);
      if (!superblock.checksum.holds(other, sum, 0)) continue;
      other.copy(sector);
      return;
    }
  throw corrupt('data', { logical, checksum: 'wrong' });
}

/** [BTRFS] "EXTENT_CSUM": each item has those of the sectors from its address on. What the log says goes before what the tree does. */
async function readSums(volume: BtrfsVolume, range: DataRange): Promise<Buffer> {
  const { superblock, log } = volume;
  const sums = sumsOf(superblock, range);
  for (const item of loggedSums(superblock, log.sums, range)) sums.add(item);
  if (sums.missing() !== undefined) for await (const found of storedSums(volume, range)) for (const item of found) sums.add(item);
  const missing = sums.missing();
  if (missing !== undefined) throw corrupt('checksums', { logical: missing, checksum: 'missing' });
  return sums.bytes;
}

interface Sums {
  readonly bytes: Buffer;
  /** Takes those that are wanted and not there yet. */
  add(item: Item): void;
  /** The first address that has none. */
  missing(): number | undefined;
}

function sumsOf({ sectorSize, checksum }: BtrfsVolume['superblock'], { logical, length }: DataRange): Sums {
  const bytes = Buffer.alloc((length / sectorSize) * checksum.bytes);
  const known = new Uint8Array(length / sectorSize);
  return {
    bytes,
    add({ key, bytes: found }) {
      // From which sector of the range on the item has sums; below zero where it begins before.
      const shift = (key.offset - logical) / sectorSize;
      if (!Number.isInteger(shift)) return;
      const end = Math.min(known.length, shift + Math.floor(found.length / checksum.bytes));
      for (let sector = Math.max(0, shift); sector < end; sector += 1) {
        if (known[sector] === 1) continue;
        found.copy(bytes, sector * checksum.bytes, (sector - shift) * checksum.bytes, (sector - shift + 1) * checksum.bytes);
        known[sector] = 1;
      }
    },
    missing() {
      const sector = known.indexOf(0);
      return sector < 0 ? undefined : logical + sector * sectorSize;
    },
  };
}

/** Those that may reach into the range: none is longer than a tree block. */
function* loggedSums(superblock: BtrfsVolume['superblock'], logged: readonly Item[], range: DataRange): Iterable<Item> {
  const { nodeSize, sectorSize, checksum } = superblock;
  const before = range.logical - (nodeSize / checksum.bytes) * sectorSize;
  let [low, high] = [0, logged.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (logged[middle]!.key.offset < before) low = middle + 1;
    else high = middle;
  }
  for (; low < logged.length && logged[low]!.key.offset < range.logical + range.length; low += 1) yield logged[low]!;
}

async function* storedSums({ trees, rootOf }: BtrfsVolume, { logical, length }: DataRange): AsyncIterable<readonly Item[]> {
  const root = await rootOf(objects.checksumTree);
  const key = (offset: number) => ({ objectid: objects.checksums, type: items.checksum, offset });
  const before = await trees.upTo(root, key(logical));
  const start = before?.key.objectid === objects.checksums && before.key.type === items.checksum ? before.key.offset : logical;
  yield* trees.between(root, { first: key(start), last: key(logical + length - 1) });
}
