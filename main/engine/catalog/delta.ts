import type { ByteRange } from '#contract';
import type { FileSystem, OnDamage } from '../formats/file-system.ts';
import type { CatalogRow } from './row.ts';
import type { VolumeView } from './view.ts';

/** What a volume has otherwise than an earlier catalogue says. */
export interface Delta {
  readonly by: 'file' | 'folder';
  /** Numbers of the files, or of the folders, whose rows in the earlier one count no more. */
  readonly dropped: ReadonlySet<number>;
  readonly rows: readonly CatalogRow[];
}

export interface DeltaWanted {
  readonly system: FileSystem;
  readonly before: VolumeView;
  /** What changed on the volume since then. */
  readonly changed: readonly ByteRange[];
  readonly onDamage: OnDamage;
  readonly signal: AbortSignal;
}

/** More new rows than this are not kept in memory: then the volume is read anew. */
export const deltaLimit = 50_000;
