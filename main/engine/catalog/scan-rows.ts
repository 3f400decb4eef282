import { HostkeepError, type ByteRange } from '#contract';
import type { FileSystem, OnDamage, ScannedFile, ScanOptions } from '../formats/file-system.ts';
import type { CatalogRow } from './row.ts';

/** Rows of a volume as a scan finds them. Damage is told, and the rest is given. */
export async function* scanRows(
  system: FileSystem,
  options: { readonly only?: readonly ByteRange[]; readonly onDamage: OnDamage; readonly signal: AbortSignal },
): AsyncIterable<CatalogRow> {
  const { only, onDamage, signal } = options;
  const scan: ScanOptions = only === undefined ? { onDamage } : { only, onDamage };
  const place = await placeReader(system);
  let last: CatalogRow | undefined;
  for await (const file of system.scan(scan)) {
    signal.throwIfAborted();
    // Names of one file come one after the other, and lie in the same places.
    const places = last?.id === file.id ? last.places : await place(file);
    last = rowOf(file, places);
    yield last;
  }
}

export function rowOf(file: ScannedFile, places: readonly ByteRange[]): CatalogRow {
  const { id, parentId, name, type, sizeBytes, modified, unreadable, metadataOffset } = file;
  return { id, parentId, name, type, sizeBytes, modified: dated(modified), unreadable, metadataOffset, places };
}

/** A guest may claim any number; what is no whole one is none. */
function dated(modified: number | null): number | null {
  return modified === null || !Number.isSafeInteger(Math.trunc(modified)) ? null : Math.trunc(modified);
}

export type PlaceReader = (file: ScannedFile) => Promise<readonly ByteRange[]>;

/**
 * Where the content of a file lies, in whole clusters, and of a folder the list of its names; nothing where it cannot be told.
 * @throws HostkeepError only of what is not the volume's fault
 */
export async function placeReader(system: FileSystem): Promise<PlaceReader> {
  const clusterBytes = (await whereSound(async () => (await system.state()).clusterBytes)) ?? 1;
  return async (file) => {
    const mayLie = file.unreadable === null && (file.type === 'folder' || (file.type === 'file' && file.sizeBytes > 0));
    if (!mayLie || (file.type === 'folder' && system.kind === 'ntfs')) return [];
    // The file is listed all the same; whoever reads it is told.
    const ranges = (await whereSound(() => system.ranges(file))) ?? [];
    return ranges.flatMap(({ length, volumeOffset }) =>
      volumeOffset === null || length <= 0
        ? []
        : [{ offset: volumeOffset, length: Math.ceil(length / clusterBytes) * clusterBytes }],
    );
  };
}

async function whereSound<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HostkeepError && /^(format|recovery)\//.test(error.code)) return undefined;
    throw error;
  }
}
