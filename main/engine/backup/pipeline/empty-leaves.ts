import { joinExtents, type BlockSource } from '#engine/blocks';
import { leafBytes, leafCountOf, unallocatedId, zeroId } from '#engine/repository';

/** Leaves whose extents are asked for at once: bounds what is in memory of a disk of any size. */
const windowLeaves = 1024;

/**
 * Finds leaves of which the source knows, without reading, that they hold nothing, and gives `found` the id that stands for
 * each: of a sparse disk of 1 TiB that is nearly all, and making each a task took a minute.
 */
export async function findEmptyLeaves(source: BlockSource, found: (leaf: number, id: Buffer) => void): Promise<void> {
  const leafCount = leafCountOf(source.sizeBytes);
  for (let first = 0; first < leafCount; first += windowLeaves) {
    const start = first * leafBytes;
    const length = Math.min(windowLeaves * leafBytes, source.sizeBytes - start);
    for (const extent of joinExtents(await source.extents(start, length))) {
      if (extent.kind === 'data') continue;
      const id = extent.kind === 'zero' ? zeroId : unallocatedId;
      const end = extent.offset + extent.length;
      const atEnd = end === source.sizeBytes;
      const endLeaf = atEnd ? leafCount : Math.floor(end / leafBytes);
      for (let leaf = Math.ceil(extent.offset / leafBytes); leaf < endLeaf; leaf += 1) found(leaf, id);
    }
  }
}
