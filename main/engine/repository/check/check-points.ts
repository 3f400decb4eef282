import { HostkeepError, type DiskRecord, type PointId } from '#contract';
import { idKey } from '../chunk-id.ts';
import { packIdOf, packName } from '../pack/layout.ts';
import { blocksOfLeaf, leafCountOf, leafIdAt, leavesWithContent } from '../map/layout.ts';
import { mapChunkIds, readLeaf, readLeafIds } from '../map/map-reader.ts';
import { listEveryPoint, pointName } from '../points.ts';
import type { Repository } from '../repository.ts';
import type { Finding } from './check.ts';
import { isDamage, type Damage } from '../damage/damage.ts';

export interface CheckedPoints {
  readonly count: number;
  /** Manifests that cannot be read. */
  readonly damaged: readonly (Finding & { readonly id: PointId })[];
  /** Chunks that no pack has, one finding each. */
  readonly missing: readonly Finding[];
  /** File, or `chunk <id>`, to the restore points that need it. */
  readonly touched: ReadonlyMap<string, readonly PointId[]>;
}

/** Walks every map once, however many points share its leaves, and finds every chunk's place. */
export async function checkPoints(repository: Repository, damage: Damage, signal: AbortSignal): Promise<CheckedPoints> {
  const { points, damaged } = await listEveryPoint(repository);
  const touched = new Map<string, Set<PointId>>();
  const walker = await mapWalker(repository, damage);
  for (const point of points) {
    for (const disk of point.disks) {
      signal.throwIfAborted();
      for (const file of await walker.brokenFiles(disk)) touched.set(file, (touched.get(file) ?? new Set()).add(point.id));
    }
  }
  return {
    count: points.length + damaged.length,
    damaged: damaged.map(({ id, error }) => ({ id, file: pointName(id), error })),
    missing: walker.missing(),
    touched: new Map([...touched].map(([file, ids]) => [file, [...ids]])),
  };
}

/** Remembers what it found per map chunk, so that shared subtrees are walked once. */
async function mapWalker(repository: Repository, damage: Damage) {
  const { locator, chunks } = await repository.reading();
  const leaves = new Map<string, readonly string[]>();
  const missing = new Map<string, Finding>();
  const none: readonly string[] = [];

  /** The file that breaks the chunk, if any. */
  const brokenBy = async (id: Buffer): Promise<string | undefined> => {
    const place = await locator.locate(id);
    if (place !== undefined) return damage.touches(place.packId, place.groupOrdinal) ? packName(place.packId) : undefined;
    const name = `chunk ${id.toString('hex')}`;
    missing.set(name, { file: name, error: new HostkeepError('repository/chunk-missing', { chunk: id.toString('hex') }) });
    return name;
  };

  const walkLeaf = async (id: Buffer, blocks: number): Promise<readonly string[]> => {
    const own = await brokenBy(id);
    if (own !== undefined) return [own];
    const found = new Set<string>();
    for (const entry of await readLeaf(chunks, id, blocks)) {
      const file = entry.kind === 'chunk' ? await brokenBy(entry.id) : undefined;
      if (file !== undefined) found.add(file);
    }
    return found.size === 0 ? none : [...found];
  };

  const brokenNodes = async (disk: DiskRecord): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const id of await mapChunkIds(chunks, disk, { seen: () => false, nodesOnly: true })) {
      const file = await brokenBy(id);
      if (file !== undefined) found.push(file);
    }
    return found;
  };

  const brokenFiles = async (disk: DiskRecord): Promise<readonly string[]> => {
    const found = new Set(await brokenNodes(disk));
    const ids = await readLeafIds(chunks, disk, { first: 0, end: leafCountOf(disk.sizeBytes) });
    for (const leaf of leavesWithContent(ids)) {
      const id = leafIdAt(ids, leaf);
      const known = leaves.get(idKey(id)) ?? (await walkLeaf(id, blocksOfLeaf(disk.sizeBytes, leaf)));
      leaves.set(idKey(id), known);
      for (const file of known) found.add(file);
    }
    return [...found];
  };

  return {
    missing: () => [...missing.values()],
    /** The damaged files that this disk needs; a map that cannot be walked is broken by the pack that holds the break. */
    async brokenFiles(disk: DiskRecord): Promise<readonly string[]> {
      try {
        return await brokenFiles(disk);
      } catch (error) {
        if (!isDamage(error)) throw error;
        return [await fileOf(error, disk)];
      }
    },
  };

  async function fileOf(error: unknown, disk: DiskRecord): Promise<string> {
    const details = error instanceof HostkeepError ? error.details : {};
    if (typeof details['pack'] === 'string') return packName(details['pack']);
    if (typeof details['file'] === 'string' && packIdOf(details['file']) !== undefined) return details['file'];
    const name = typeof details['chunk'] === 'string' ? `chunk ${details['chunk']}` : `map ${disk.map}`;
    missing.set(name, { file: name, error: error as HostkeepError });
    return name;
  }
}
