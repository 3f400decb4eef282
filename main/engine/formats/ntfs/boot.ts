import { hasCode } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { corrupt, readU64 } from './damage.ts';
import { bootSector } from './layout.ts';

/** The boot sector's geometry, in bytes. */
export interface NtfsGeometry {
  readonly sectorSize: number;
  readonly clusterSize: number;
  readonly recordSize: number;
  readonly mftCluster: number;
  readonly mirrorCluster: number;
  /** Whole clusters of the volume. */
  readonly clusters: number;
  /** From the copy: the volume may be one that was there before. */
  readonly isSecondary: boolean;
}

const largestCluster = 2 * 1024 * 1024;

/** From the boot sector, or from its copy in the volume's last sector when that one is damaged. */
export async function readGeometry(source: BlockSource): Promise<NtfsGeometry> {
  try {
    const first = await readBytes(source, 0, 512);
    if (!isNtfs(first)) throw corrupt('boot sector');
    return { ...parseGeometry(first, source.sizeBytes), isSecondary: false };
  } catch (error) {
    if (!hasCode(error, 'format/ntfs-corrupt') || source.sizeBytes < 1024) throw error;
    const last = await readBytes(source, source.sizeBytes - source.logicalSectorSize, 512);
    if (!isNtfs(last)) throw error;
    return { ...parseGeometry(last, source.sizeBytes), isSecondary: true };
  }
}

function isNtfs(sector: Buffer): boolean {
  return sector.toString('latin1', 3, 11) === 'NTFS    ';
}

function parseGeometry(sector: Buffer, volumeBytes: number): Omit<NtfsGeometry, 'isSecondary'> {
  const sectorSize = sector.readUInt16LE(bootSector.bytesPerSector);
  const perCluster = sector.readUInt8(bootSector.sectorsPerCluster);
  // More than 128 sectors are given as a negative power of two.
  const clusterSize = sectorSize * (perCluster > 0x80 ? 2 ** (256 - perCluster) : perCluster);
  const perRecord = sector.readInt8(bootSector.clustersPerRecord);
  const recordSize = perRecord < 0 ? 2 ** -perRecord : perRecord * clusterSize;
  const sizes = { sectorSize, clusterSize, recordSize };
  const powers = Object.values(sizes).every((size) => size >= 256 && Number.isInteger(Math.log2(size)));
  if (!powers || sectorSize > 4096 || clusterSize > largestCluster || recordSize < 512 || recordSize > 64 * 1024)
    throw corrupt('boot sector', sizes);
  const totalBytes = readU64(sector, bootSector.totalSectors, 'boot sector') * sectorSize;
  if (totalBytes === 0 || totalBytes > volumeBytes) throw corrupt('boot sector', { totalBytes, volumeBytes });
  const clusters = Math.floor(totalBytes / clusterSize);
  const mftCluster = readU64(sector, bootSector.mftCluster, 'boot sector');
  const mirrorCluster = readU64(sector, bootSector.mirrorCluster, 'boot sector');
  if (mftCluster >= clusters) throw corrupt('boot sector', { mftCluster });
  return { ...sizes, mftCluster, mirrorCluster, clusters };
}
