import { array, boolean, literal, nullable, object, picklist, string, tuple } from 'valibot';
import { count, type Schema } from '#contract';

/** What a catalogue says of its parts (docs/repository-format.md, "Catalogues"). */
export interface CatalogAbout {
  readonly rules: typeof catalogRules;
  readonly volumes: readonly VolumeAbout[];
}

/** Raised when rows mean something else than before: then no catalogue is made from an older one. */
export const catalogRules = 1;

export interface VolumeAbout {
  /** `/disk0/part2`, `/lvm/group/volume`. */
  readonly path: string;
  /** What tells the volume from another at the same path: its place and what it is. */
  readonly identity: string;
  readonly label: string;
  readonly kind: string;
  /** Whether this catalogue has all of the volume; otherwise it only adds to those below. */
  readonly whole: boolean;
  /** Rows that those below have for these count no more: by file, or by the folder that they are in. */
  readonly dropped: { readonly by: 'file' | 'folder'; readonly part: number } | null;
  readonly blocks: readonly BlockAbout[];
  /** The folders of these blocks once more, by number: for the paths of what is found. */
  readonly folders: readonly FolderBlock[];
  /** Rows of these blocks. */
  readonly rows: number;
  /** How many structures could not be read. */
  readonly damaged: number;
  /** Why the volume could not be read at all. */
  readonly unreadable: string | null;
}

/** Numbers of parts. */
export interface BlockAbout {
  readonly names: number;
  readonly rows: number;
  readonly places: number;
  /** The first and the last byte of the volume at which a record of these rows begins; null where none has a place. */
  readonly records: readonly [number, number] | null;
}

export interface FolderBlock extends BlockAbout {
  readonly firstId: number;
}

const block = { names: count, rows: count, places: count, records: nullable(tuple([count, count])) };
const volumeSchema: Schema<VolumeAbout> = object({
  path: string(),
  identity: string(),
  label: string(),
  kind: string(),
  whole: boolean(),
  dropped: nullable(object({ by: picklist(['file', 'folder']), part: count })),
  blocks: array(object(block)),
  folders: array(object({ ...block, firstId: count })),
  rows: count,
  damaged: count,
  unreadable: nullable(string()),
});

export const aboutSchema: Schema<CatalogAbout> = object({ rules: literal(catalogRules), volumes: array(volumeSchema) });
