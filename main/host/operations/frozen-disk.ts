import { object, pipe, transform } from 'valibot';
import { count, type ByteRange, type DefinitionFile, type Schema } from '#contract';
import type { ChangedRanges } from '#engine/ports';
import { counts, flag, list, text } from '../answer.ts';

/** A disk at rest, in a checkpoint or a shadow copy; paths are the host's. */
export interface FrozenDisk {
  readonly path: string;
  readonly parents: readonly string[];
  readonly format: string;
  readonly sizeBytes: number;
  readonly changed: ChangedRanges;
}

const frozenDisk: Schema<FrozenDisk> = pipe(
  object({
    path: text,
    parents: list(text),
    format: text,
    sizeBytes: count,
    known: flag,
    reason: text,
    offsets: counts,
    lengths: counts,
  }),
  transform(({ known, reason, offsets, lengths, ...disk }) => {
    const changed: ChangedRanges = known ? changedRanges(offsets, lengths, disk.sizeBytes) : { known: false, reason };
    return { ...disk, changed };
  }),
);

export const frozenDisks = list(frozenDisk);

/** Ranges that do not fit the disk are a sign that nothing of them can be trusted: everything is read. */
function changedRanges(offsets: readonly number[], lengths: readonly number[], sizeBytes: number): ChangedRanges {
  if (offsets.length !== lengths.length) return { known: false, reason: 'the host told changes that do not fit together' };
  const ranges: ByteRange[] = [];
  for (const [at, offset] of offsets.entries()) {
    // Tracking is coarser than a sector, so the last range may reach over the end.
    if (offset >= sizeBytes) return { known: false, reason: 'the host told changes outside the disk' };
    ranges.push({ offset, length: Math.min(lengths[at]!, sizeBytes - offset) });
  }
  return { known: true, ranges };
}

const definitionLimit = 64;

export const definitionFiles: Schema<readonly DefinitionFile[]> = pipe(
  list(object({ name: text, contentBase64: text })),
  transform((files) => files.slice(0, definitionLimit)),
);
