import { HostkeepError, type ErrorDetails } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';

/** [EXFAT] is Microsoft's "exFAT file system specification", revision 1.00. Bytes unless named otherwise; clusters count from 2. */
export interface ExfatGeometry {
  readonly sectorBytes: number;
  readonly clusterBytes: number;
  readonly fatOffset: number;
  readonly fatBytes: number;
  readonly heapOffset: number;
  readonly clusters: number;
  readonly rootCluster: number;
  readonly dirty: boolean;
  readonly mediaFailure: boolean;
  readonly version: string;
  /** From the backup, whose flags are not kept up to date [EXFAT 3.1.13]; the volume may be one that was there before. */
  readonly isSecondary: boolean;
}

export function corruptExfat(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/exfat-corrupt', { structure, ...details });
}

const regionSectors = 12;

/** The main boot region, or the backup when that is damaged [EXFAT 3.1 to 3.4]. @throws HostkeepError format/exfat-corrupt */
export async function readGeometry(source: BlockSource): Promise<ExfatGeometry> {
  const main = await readRegion(source, 0);
  if (main !== undefined) return { ...main, isSecondary: false };
  for (const sectorBytes of [512, 1024, 2048, 4096]) {
    const backup = await readRegion(source, regionSectors * sectorBytes);
    if (backup !== undefined) return { ...backup, isSecondary: true };
  }
  throw corruptExfat('boot region');
}

/** Undefined when it is none, or its checksum does not hold. */
async function readRegion(source: BlockSource, start: number): Promise<Omit<ExfatGeometry, 'isSecondary'> | undefined> {
  if (start + 512 > source.sizeBytes) return undefined;
  const sector = await readBytes(source, start, 512);
  if (sector.toString('latin1', 3, 11) !== 'EXFAT   ') return undefined;
  const [sectorShift, clusterShift] = [sector[108]!, sector[109]!];
  if (sectorShift < 9 || sectorShift > 12 || clusterShift > 25 - sectorShift) return undefined;
  const sectorBytes = 2 ** sectorShift;
  if (start + regionSectors * sectorBytes > source.sizeBytes) return undefined;
  const region = await readBytes(source, start, regionSectors * sectorBytes);
  const sums = region.subarray((regionSectors - 1) * sectorBytes);
  if (bootChecksum(region.subarray(0, (regionSectors - 1) * sectorBytes)) !== sums.readUInt32LE(0)) return undefined;
  return geometryOf(source, sector, { sectorBytes, clusterBytes: sectorBytes * 2 ** clusterShift });
}

function geometryOf(
  source: BlockSource,
  sector: Buffer,
  sizes: { readonly sectorBytes: number; readonly clusterBytes: number },
): Omit<ExfatGeometry, 'isSecondary'> {
  const cursor = cursorOver(sector, 'format/exfat-corrupt', 'boot sector');
  const { sectorBytes, clusterBytes } = sizes;
  const [flags, fats] = [cursor.u16(106), cursor.u8(110)];
  const fatBytes = cursor.u32(84) * sectorBytes;
  // With two tables (TexFAT) a flag says which one counts.
  const active = fats === 2 && (flags & 1) !== 0 ? fatBytes : 0;
  const geometry = {
    sectorBytes,
    clusterBytes,
    fatOffset: cursor.u32(80) * sectorBytes + active,
    fatBytes,
    heapOffset: cursor.u32(88) * sectorBytes,
    clusters: cursor.u32(92),
    rootCluster: cursor.u32(96),
    dirty: (flags & 2) !== 0,
    mediaFailure: (flags & 4) !== 0,
    version: `${cursor.u8(105)}.${String(cursor.u8(104)).padStart(2, '0')}`,
  };
  const { fatOffset, heapOffset, clusters } = geometry;
  const sane =
    (fats === 1 || fats === 2) &&
    (clusters + 2) * 4 <= fatBytes &&
    fatOffset + fatBytes <= heapOffset &&
    heapOffset + clusters * clusterBytes <= source.sizeBytes;
  if (!sane) throw corruptExfat('boot sector', { fatOffset, fatBytes, heapOffset, clusters });
  return geometry;
}

/** [EXFAT 3.4, figure 1]: flags and use in percent change without the sum. */
function bootChecksum(region: Buffer): number {
  let sum = 0;
  for (let at = 0; at < region.length; at += 1) {
    if (at === 106 || at === 107 || at === 112) continue;
    sum = (((sum & 1) === 1 ? 0x80000000 : 0) + (sum >>> 1) + region[at]!) >>> 0;
  }
  return sum;
}

/** Where a cluster lies on the volume. @throws HostkeepError format/exfat-corrupt */
export function offsetOfCluster(geometry: ExfatGeometry, cluster: number): number {
  if (cluster < 2 || cluster >= geometry.clusters + 2) throw corruptExfat('cluster chain', { cluster });
  return geometry.heapOffset + (cluster - 2) * geometry.clusterBytes;
}
