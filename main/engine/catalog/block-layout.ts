import type { FileKind } from '../formats/file-system.ts';

/** Rows of a block: what a search decodes at once, and a writer keeps in memory. */
export const rowsPerBlock = 4096;

/** The three parts of a block. A search reads only `names`, until one of them fits. */
export interface BlockParts {
  /** Folded names, each followed by the separator. */
  readonly names: Buffer;
  /** All else that a listing shows, and names that are not as they were folded. */
  readonly rows: Buffer;
  /** Where the contents lie. */
  readonly places: Buffer;
}

export const kinds = ['file', 'folder', 'symlink', 'other'] as const satisfies readonly FileKind[];
export const unitBytes = 512;
/** What one file may say of its places; the rest of a file in more pieces is left out. */
export const placesLimit = 4096;
/** Bits of a row's flags above its kind. */
export const flag = { dated: 4, placed: 8, unreadable: 16, named: 32, wide: 64 } as const;
