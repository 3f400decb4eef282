import { readBytes, type BlockSource } from '#engine/blocks';
import { overlaps } from '../cluster-runs.ts';
import { keepNewest } from '../kept.ts';
import { corruptExfat, offsetOfCluster, type ExfatGeometry } from './layout.ts';

/** A stretch of a file or folder, in bytes. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
  readonly volumeOffset: number;
}

/** Where the clusters of a stream are: in one piece, or by the table [EXFAT 4.1, 6.3.4.2]. */
export interface StreamPlace {
  readonly firstCluster: number;
  readonly sizeBytes: number;
  readonly contiguous: boolean;
}

export type StretchesOf = (stream: StreamPlace) => Promise<readonly Stretch[]>;

const windowBytes = 64 * 1024;
const endMark = 0xfffffff7;

export function stretchReader(source: BlockSource, geometry: ExfatGeometry): StretchesOf {
  const { clusterBytes, clusters, fatOffset, fatBytes } = geometry;
  const windowAt = keepNewest(64, (index) =>
    readBytes(source, fatOffset + index * windowBytes, Math.min(windowBytes, fatBytes - index * windowBytes)),
  );
  const entriesPerWindow = windowBytes / 4;
  return async ({ firstCluster, sizeBytes, contiguous }) => {
    const wanted = Math.ceil(sizeBytes / clusterBytes);
    if (wanted === 0) return [];
    if (wanted > clusters) throw corruptExfat('stream', { sizeBytes });
    if (contiguous) {
      offsetOfCluster(geometry, firstCluster + wanted - 1);
      return [{ offset: 0, length: sizeBytes, volumeOffset: offsetOfCluster(geometry, firstCluster) }];
    }
    const runs: { first: number; count: number }[] = [];
    let held = -1;
    let window: Buffer = Buffer.alloc(0);
    let cluster = firstCluster;
    for (let taken = 1; ; taken += 1) {
      offsetOfCluster(geometry, cluster);
      const last = runs.at(-1);
      if (last !== undefined && last.first + last.count === cluster) last.count += 1;
      else runs.push({ first: cluster, count: 1 });
      if (taken === wanted) break;
      const index = Math.floor(cluster / entriesPerWindow);
      if (index !== held) window = await windowAt((held = index));
      cluster = window.readUInt32LE((cluster % entriesPerWindow) * 4);
      if (cluster >= endMark) throw corruptExfat('cluster chain', { first: firstCluster, clusters: taken, wanted });
    }
    if (overlaps(runs)) throw corruptExfat('cluster chain', { first: firstCluster, cycle: true });
    return stretchesOf(geometry, runs, sizeBytes);
  };
}

/** Follows a chain to its end: of folders whose length nobody says, which is the root only. */
export async function chainLength(source: BlockSource, geometry: ExfatGeometry, first: number, most: number): Promise<number> {
  let cluster = first;
  for (let count = 1; count <= most; count += 1) {
    offsetOfCluster(geometry, cluster);
    cluster = (await readBytes(source, geometry.fatOffset + cluster * 4, 4)).readUInt32LE(0);
    if (cluster >= endMark) return count;
  }
  throw corruptExfat('root folder', { clusters: most });
}

function stretchesOf(
  geometry: ExfatGeometry,
  runs: readonly { readonly first: number; readonly count: number }[],
  sizeBytes: number,
): readonly Stretch[] {
  let offset = 0;
  return runs.map((run) => {
    const length = Math.min(run.count * geometry.clusterBytes, sizeBytes - offset);
    const stretch = { offset, length, volumeOffset: offsetOfCluster(geometry, run.first) };
    offset += length;
    return stretch;
  });
}
