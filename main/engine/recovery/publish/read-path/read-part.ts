import { HostkeepError } from '#contract';
import { leafBytes, type ChunkNamer } from '#engine/repository';
import { allOf } from '#engine/threads';
import type { BootOrder } from './boot-order.ts';
import type { GroupContent } from './group-cache.ts';
import { prove, type GroupStore } from './group-store.ts';
import { stretchAt, type LeafTable, type Stretch, type WantedGroup } from './leaf-table.ts';

export interface PartReader {
  readonly store: GroupStore;
  readonly namer: ChunkNamer;
  readonly order: BootOrder | null;
}

interface Leaf {
  readonly table: LeafTable;
  readonly leaf: number;
}

type DataStretch = Stretch & { readonly kind: 'data' };

/** Fills `target` from a byte of the leaf on, if all of it is in memory; false otherwise, and `target` filled in part. */
export function readPartNow(reader: PartReader, { table, leaf }: Leaf, from: number, target: Uint8Array): boolean {
  const end = from + target.byteLength;
  for (let index = stretchAt(table, from), at = from; at < end; index += 1) {
    const stretch = table.stretches[index]!;
    const to = Math.min(end, stretch.to);
    const part = target.subarray(at - from, to - from);
    if (stretch.kind === 'data') {
      const content = stretch.group === undefined ? undefined : reader.store.find(stretch.group);
      if (stretch.group === undefined || content === undefined) return false;
      copy(reader, content, stretch, at, part);
      reader.order?.touch(stretch.group, leaf * leafBytes + stretch.from);
    } else part.fill(0);
    at = to;
  }
  return true;
}

/** The same for what is not in memory yet: all that is wanted is fetched at once. @throws HostkeepError repository/*, storage/* */
export async function readPart(reader: PartReader, { table, leaf }: Leaf, from: number, target: Uint8Array): Promise<void> {
  const end = from + target.byteLength;
  const fetching: Promise<void>[] = [];
  for (let index = stretchAt(table, from), at = from; at < end; index += 1) {
    const stretch = table.stretches[index]!;
    const start = at;
    at = Math.min(end, stretch.to);
    const part = target.subarray(start - from, at - from);
    if (stretch.kind !== 'data') {
      part.fill(0);
      continue;
    }
    const { group } = stretch;
    if (group === undefined) {
      fetching.push(Promise.reject(chunkMissing(stretch.chunk.key)));
      continue;
    }
    const content = reader.store.find(group);
    reader.order?.touch(group, leaf * leafBytes + stretch.from);
    if (content === undefined) fetching.push(reader.store.demand(group, (found) => copy(reader, found, stretch, start, part)));
    else copy(reader, content, stretch, start, part);
  }
  await allOf(fetching);
}

/** The groups that a part of a leaf needs, in order. */
export function groupsOf(table: LeafTable, from: number, length: number): readonly WantedGroup[] {
  const found = new Set<WantedGroup>();
  const end = from + length;
  for (let index = stretchAt(table, from); index < table.stretches.length; index += 1) {
    const stretch = table.stretches[index]!;
    if (stretch.from >= end) break;
    if (stretch.kind === 'data' && stretch.group !== undefined) found.add(stretch.group);
  }
  return [...found];
}

function copy(reader: PartReader, content: GroupContent, stretch: DataStretch, at: number, part: Uint8Array): void {
  const { chunk, group, from, skip } = stretch;
  prove(reader.namer, content, chunk, group?.place.packId ?? '');
  const start = skip + at - from;
  if (start + part.byteLength > chunk.length)
    throw new HostkeepError('repository/map-damaged', { skip, bytes: part.byteLength, chunkBytes: chunk.length });
  content.bytes.copy(part, 0, chunk.offset + start, chunk.offset + start + part.byteLength);
}

function chunkMissing(key: string): HostkeepError {
  return new HostkeepError('repository/chunk-missing', { chunk: Buffer.from(key, 'latin1').toString('hex') });
}
