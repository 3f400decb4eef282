import type { BlockSource, Extent } from '#engine/blocks';

/** Reads of the parent of a differencing disk, which may be shorter than its child: what lies beyond is zero. */
export async function readParent(parent: BlockSource, offset: number, target: Uint8Array): Promise<void> {
  const inside = Math.max(0, Math.min(target.byteLength, parent.sizeBytes - offset));
  if (inside > 0) await parent.read(offset, target.subarray(0, inside));
  target.fill(0, inside);
}

export async function parentExtents(
  parent: BlockSource,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<readonly Extent[]> {
  const inside = Math.max(0, Math.min(length, parent.sizeBytes - offset));
  const found = inside > 0 ? await parent.extents(offset, inside) : [];
  return inside === length ? found : [...found, { offset: offset + inside, length: length - inside, kind: 'unallocated' }];
}
