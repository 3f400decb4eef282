import type { Piece } from './chunks.ts';
import { corrupt, items, objects } from './layout.ts';
import { readPieces } from './tree.ts';
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

/** [BTRFS] "EXTENT_CSUM": each item has those of the sectors from its address on. */
async function readSums(volume: BtrfsVolume, { logical, length }: DataRange): Promise<Buffer> {
  const { trees, superblock, rootOf } = volume;
  const { sectorSize, checksum } = superblock;
  const root = await rootOf(objects.checksumTree);
  const key = (offset: number) => ({ objectid: objects.checksums, type: items.checksum, offset });
  const before = await trees.upTo(root, key(logical));
  const start = before?.key.objectid === objects.checksums && before.key.type === items.checksum ? before.key.offset : logical;
  const sums = Buffer.alloc((length / sectorSize) * checksum.bytes);
  let known = logical;
  for await (const found of trees.between(root, { first: key(start), last: key(logical + length - 1) })) {
    for (const { key: at, bytes } of found) {
      const end = at.offset + Math.floor(bytes.length / checksum.bytes) * sectorSize;
      if (end <= known || at.offset > known) continue;
      const until = Math.min(end, logical + length);
      const from = ((known - at.offset) / sectorSize) * checksum.bytes;
      bytes.copy(
        sums,
        ((known - logical) / sectorSize) * checksum.bytes,
        from,
        from + ((until - known) / sectorSize) * checksum.bytes,
      );
      known = until;
    }
  }
  if (known < logical + length) throw corrupt('checksums', { logical: known, checksum: 'missing' });
  return sums;
}
