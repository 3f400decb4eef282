import type { ByteRange, DefinitionFile } from '#contract';
import type { ChangedRanges } from '#engine/ports';
import { fieldsOf, listOf, numberOf, textOf } from '../values.ts';

/** A disk at rest, in a checkpoint or a shadow copy; paths are the host's. */
export interface FrozenDisk {
  readonly path: string;
  readonly parents: readonly string[];
  readonly format: string;
  readonly sizeBytes: number;
  readonly changed: ChangedRanges;
}

export function frozenDisks(value: unknown): readonly FrozenDisk[] {
  return listOf(value, 'disks').map((one) => {
    const disk = fieldsOf(one, 'disk');
    const sizeBytes = numberOf(disk['sizeBytes'], 'sizeBytes');
    const reason = textOf(disk['reason'], 'reason');
    return {
      path: textOf(disk['path'], 'path'),
      parents: listOf(disk['parents'], 'parents').map((parent) => textOf(parent, 'parent')),
      format: textOf(disk['format'], 'format'),
      sizeBytes,
      changed: disk['known'] === true ? changedRanges(disk['offsets'], disk['lengths'], sizeBytes) : { known: false, reason },
    };
  });
}

/** Ranges that do not fit the disk are a sign that nothing of them can be trusted: everything is read. */
function changedRanges(offsets: unknown, lengths: unknown, sizeBytes: number): ChangedRanges {
  const starts = listOf(offsets, 'offsets');
  const sizes = listOf(lengths, 'lengths');
  const ranges: ByteRange[] = [];
  for (const [at, start] of starts.entries()) {
    const offset = numberOf(start, 'offset');
    const length = numberOf(sizes[at], 'length');
    // Tracking is coarser than a sector, so the last range may reach over the end.
    if (offset >= sizeBytes) return { known: false, reason: 'the host told changes outside the disk' };
    ranges.push({ offset, length: Math.min(length, sizeBytes - offset) });
  }
  return { known: true, ranges };
}

const definitionLimit = 64;

export function definitionFiles(value: unknown): readonly DefinitionFile[] {
  return listOf(value, 'definition')
    .slice(0, definitionLimit)
    .map((one) => {
      const file = fieldsOf(one, 'file');
      return { name: textOf(file['name'], 'name'), contentBase64: textOf(file['contentBase64'], 'contentBase64') };
    });
}
