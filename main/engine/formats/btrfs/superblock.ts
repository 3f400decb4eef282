import { isPowerOfTwo } from '#engine/bytes';
import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { checksums, type Checksum } from './checksums.ts';
import { corrupt, number64, superblockBytes, unsupported } from './layout.ts';
import type { TreeRoot } from './tree-block.ts';

/** [BTRFS] "Superblock". */
export interface Superblock {
  readonly checksum: Checksum;
  /** What tree blocks bear as theirs. */
  readonly metadataId: Buffer;
  readonly generation: number;
  readonly rootTree: TreeRoot;
  readonly chunkTree: TreeRoot;
  /** Of what was written by fsync since the last transaction; its block is 0 where nothing waits. */
  readonly logTree: TreeRoot;
  readonly sectorSize: number;
  readonly nodeSize: number;
  readonly deviceId: number;
  readonly deviceBytes: number;
  readonly devices: number;
  readonly label: string;
  /** Chunks that hold the chunk tree itself, as keys and items one after the other. */
  readonly systemChunks: Buffer;
  /** The first copy was damaged, and another one is this. */
  readonly isSecondary: boolean;
}

const mib = 1024 * 1024;
/** The last is at 256 GiB. */
const places = [64 * 1024, 64 * mib, 256 * 1024 * mib];
const magic = '_BHRfS_M';
const metadataUuid = 0x400;
/** Mixed back references, default subvolume, mixed groups, LZO, zstd, big metadata, extended references, RAID5/6, skinny metadata, no holes, metadata UUID, RAID1C3/4, simple quotas. */
const understood = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x100 | 0x200 | metadataUuid | 0x800 | 0x10000;
const systemChunkPlaces = 2048;

/** The first of the copies that is sound; of the others the newest. @throws HostkeepError format/btrfs-corrupt, format/btrfs-unsupported */
export async function readSuperblock(source: BlockSource): Promise<Superblock> {
  const first = await copyAt(source, places[0]!);
  if (first !== undefined) return parse(first, { isSecondary: false });
  const others: Buffer[] = [];
  for (const place of places.slice(1)) {
    const copy = await copyAt(source, place);
    if (copy !== undefined) others.push(copy);
  }
  const newest = others.toSorted((a, b) => Number(b.readBigUInt64LE(72) - a.readBigUInt64LE(72)))[0];
  if (newest === undefined) throw corrupt('superblock');
  return parse(newest, { isSecondary: true });
}

async function copyAt(source: BlockSource, place: number): Promise<Buffer | undefined> {
  if (place + superblockBytes > source.sizeBytes) return undefined;
  const bytes = await readBytes(source, place, superblockBytes);
  if (bytes.toString('latin1', 64, 72) !== magic || bytes.readBigUInt64LE(48) !== BigInt(place)) return undefined;
  const checksum = checksums[bytes.readUInt16LE(196)];
  return checksum?.holds(bytes.subarray(32), bytes, 0) === true ? bytes : undefined;
}

function parse(bytes: Buffer, { isSecondary }: Pick<Superblock, 'isSecondary'>): Superblock {
  const features = bytes.readBigUInt64LE(188);
  if ((features & ~BigInt(understood)) !== 0n) throw unsupported({ features: `0x${features.toString(16)}` });
  const number = (at: number): number => number64(bytes, at, 'superblock');
  const [generation, systemBytes] = [number(72), bytes.readUInt32LE(160)];
  const superblock: Superblock = {
    checksum: checksums[bytes.readUInt16LE(196)]!,
    metadataId: Buffer.from((features & BigInt(metadataUuid)) === 0n ? bytes.subarray(32, 48) : bytes.subarray(571, 587)),
    generation,
    rootTree: { block: number(80), level: bytes[198]!, generation },
    chunkTree: { block: number(88), level: bytes[199]!, generation: number(164) },
    // A log is written in the transaction that has not come to its end.
    logTree: { block: number(96), level: bytes[200]!, generation: generation + 1 },
    sectorSize: bytes.readUInt32LE(144),
    nodeSize: bytes.readUInt32LE(148),
    deviceId: number(201),
    deviceBytes: number(209),
    devices: number(136),
    label: bytes.toString('utf8', 299, 555).split('\0', 1)[0] ?? '',
    systemChunks: Buffer.from(bytes.subarray(811, 811 + Math.min(systemBytes, systemChunkPlaces))),
    isSecondary,
  };
  checkSizes(superblock, systemBytes);
  return superblock;
}

function checkSizes({ sectorSize, nodeSize, devices }: Superblock, systemBytes: number): void {
  const isSane = (value: number): boolean => value >= 4096 && value <= 65_536 && isPowerOfTwo(value);
  if (!isSane(sectorSize) || !isSane(nodeSize) || systemBytes > systemChunkPlaces || devices === 0)
    throw new HostkeepError('format/btrfs-corrupt', { structure: 'superblock', sectorSize, nodeSize, devices });
}
