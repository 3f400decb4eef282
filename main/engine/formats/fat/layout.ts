import { HostkeepError, type ErrorDetails } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver, isPowerOfTwo } from '#engine/bytes';

/** [FAT] is Microsoft's "FAT: General Overview of On-Disk Format", version 1.03; sections are named by their headings. */
export type FatWidth = 12 | 16 | 32;

/** Bytes unless named otherwise; clusters count from 2. */
export interface FatGeometry {
  readonly width: FatWidth;
  readonly sectorBytes: number;
  readonly clusterBytes: number;
  readonly fatOffset: number;
  readonly fatBytes: number;
  readonly fatCopies: number;
  /** The root of FAT12 and FAT16, which is no chain of clusters. */
  readonly rootOffset: number;
  readonly rootBytes: number;
  /** First cluster of the root of FAT32. */
  readonly rootCluster: number;
  readonly dataOffset: number;
  /** Clusters on the volume. */
  readonly clusters: number;
  readonly label: string;
  /** From the copy: the volume may be one that was there before. */
  readonly isSecondary: boolean;
}

const bootMark = 0xaa55;

export function corruptFat(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/fat-corrupt', { structure, ...details });
}

/** [FAT] "Boot Sector and BPB". @throws HostkeepError format/fat-corrupt */
export async function readGeometry(source: BlockSource): Promise<FatGeometry> {
  const { sector, isSecondary } = await readBootSector(source);
  const cursor = cursorOver(sector, 'format/fat-corrupt', 'boot sector');
  const sectorBytes = cursor.u16(11);
  const clusterBytes = cursor.u8(13) * sectorBytes;
  if (![512, 1024, 2048, 4096].includes(sectorBytes) || !isPowerOfTwo(cursor.u8(13)) || clusterBytes > 512 * 1024)
    throw corruptFat('boot sector', { sectorBytes, clusterBytes });
  const [reserved, fatCopies, rootEntries] = [cursor.u16(14), cursor.u8(16), cursor.u16(17)];
  const sectors = cursor.u16(19) === 0 ? cursor.u32(32) : cursor.u16(19);
  const fatSectors = cursor.u16(22) === 0 ? cursor.u32(36) : cursor.u16(22);
  const rootBytes = Math.ceil((rootEntries * 32) / sectorBytes) * sectorBytes;
  const rootOffset = (reserved + fatCopies * fatSectors) * sectorBytes;
  const dataOffset = rootOffset + rootBytes;
  const clusters = Math.floor((sectors * sectorBytes - dataOffset) / clusterBytes);
  if (reserved === 0 || fatCopies === 0 || fatSectors === 0 || clusters <= 0 || sectors * sectorBytes > source.sizeBytes)
    throw corruptFat('boot sector', { reserved, fatCopies, fatSectors, sectors });
  // "FAT Type Determination" goes by the count of clusters alone; but drivers take what has no 16-bit size for FAT32, and small EFI
  // partitions are made so.
  const width = cursor.u16(22) === 0 ? 32 : widthOf(clusters);
  const fatBytes = fatSectors * sectorBytes;
  if (Math.ceil(((clusters + 2) * width) / 8) > fatBytes) throw corruptFat('boot sector', { clusters, fatBytes });
  const is32 = width === 32;
  if (is32 !== (rootEntries === 0) || (!is32 && clusters >= 65_525)) throw corruptFat('boot sector', { clusters, rootEntries });
  return {
    width,
    sectorBytes,
    clusterBytes,
    fatOffset: reserved * sectorBytes,
    fatBytes,
    fatCopies,
    rootOffset,
    rootBytes,
    rootCluster: is32 ? cursor.u32(44) : 0,
    dataOffset,
    clusters,
    label: labelOf(cursor.ascii(is32 ? 71 : 43, 11)),
    isSecondary,
  };
}

/** The first sector; where that is no boot sector, the copy that FAT32 keeps in its sixth. */
async function readBootSector(source: BlockSource): Promise<{ readonly sector: Buffer; readonly isSecondary: boolean }> {
  const first = await readBytes(source, 0, 512);
  if (first.readUInt16LE(510) === bootMark) return { sector: first, isSecondary: false };
  for (const sectorBytes of [512, 4096]) {
    const at = 6 * sectorBytes;
    const copy = at + 512 <= source.sizeBytes ? await readBytes(source, at, 512) : first;
    if (isCopyOfFat32(copy, sectorBytes)) return { sector: copy, isSecondary: true };
  }
  return { sector: first, isSecondary: false };
}

export function isCopyOfFat32(sector: Buffer, sectorBytes: number): boolean {
  return (
    sector.length >= 512 &&
    sector.readUInt16LE(510) === bootMark &&
    sector.readUInt16LE(11) === sectorBytes &&
    sector.readUInt16LE(22) === 0 &&
    sector.readUInt32LE(36) > 0
  );
}

function widthOf(clusters: number): FatWidth {
  return clusters < 4085 ? 12 : 16;
}

export function labelOf(text: string): string {
  const label = text.trimEnd();
  return label === 'NO NAME' ? '' : label;
}

/** Where a cluster lies on the volume. @throws HostkeepError format/fat-corrupt */
export function offsetOfCluster(geometry: FatGeometry, cluster: number): number {
  if (cluster < 2 || cluster >= geometry.clusters + 2) throw corruptFat('cluster chain', { cluster });
  return geometry.dataOffset + (cluster - 2) * geometry.clusterBytes;
}
