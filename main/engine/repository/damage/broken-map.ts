import { idKey } from '../chunk-id.ts';
import { blocksOfLeaf, leafCountOf, leafIdAt, leavesWithContent } from '../map/layout.ts';
import { mapChunkIds, readLeaf, readLeafIds } from '../map/map-reader.ts';
import type { Repository } from '../repository.ts';
import { isDamage, type Damage } from './damage.ts';

/** What of a disk of a restore point cannot be relied on: all, where an inner node of its map is damaged. */
export type BrokenMap = 'all' | { readonly leaves: ReadonlySet<number>; readonly pieces: number };

interface StoredDisk {
  readonly map: string;
  readonly sizeBytes: number;
}

/** Undefined where all of the disk lies in places of which nothing bad is known. @throws HostkeepError storage/* */
export async function brokenMap(repository: Repository, disk: StoredDisk, damage: Damage): Promise<BrokenMap | undefined> {
  const { locator, chunks } = await repository.reading();
  const isBroken = async (id: Buffer): Promise<boolean> => {
    const place = locator.remembered(id) ?? (await locator.locate(id));
    return place === undefined || damage.touches(place.packId, place.groupOrdinal);
  };
  const nodes = await unlessDamaged(() => mapChunkIds(chunks, disk, { seen: () => false, nodesOnly: true }));
  if (nodes === undefined) return 'all';
  for (const node of nodes) if (await isBroken(node)) return 'all';

  const brokenPieces = async (id: Buffer, leaf: number): Promise<number | 'leaf'> => {
    const entries = (await isBroken(id))
      ? undefined
      : await unlessDamaged(() => readLeaf(chunks, id, blocksOfLeaf(disk.sizeBytes, leaf)));
    if (entries === undefined) return 'leaf';
    let broken = 0;
    for (const entry of entries) if (entry.kind === 'chunk' && (await isBroken(entry.id))) broken += 1;
    return broken;
  };
  const ids = await readLeafIds(chunks, disk, { first: 0, end: leafCountOf(disk.sizeBytes) });
  const leaves = new Set<number>();
  const seen = new Map<string, number | 'leaf'>();
  let pieces = 0;
  for (const leaf of leavesWithContent(ids)) {
    const id = leafIdAt(ids, leaf);
    const broken = seen.get(idKey(id)) ?? (await brokenPieces(id, leaf));
    seen.set(idKey(id), broken);
    if (broken === 'leaf') leaves.add(leaf);
    else pieces += broken;
  }
  return leaves.size === 0 && pieces === 0 ? undefined : { leaves, pieces };
}

async function unlessDamaged<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
