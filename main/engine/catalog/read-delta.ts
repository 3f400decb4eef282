import { fileDelta } from './file-delta.ts';
import type { Delta, DeltaWanted } from './delta.ts';
import { folderDelta } from './folder-delta.ts';

/**
 * Reads again only what changed: undefined where that cannot be told, or is so much that reading all is as good. NTFS has a table of
 * all files, so there it goes by file; file systems whose folders can be listed one by one go by folder.
 */
export async function readDelta(wanted: DeltaWanted): Promise<Delta | undefined> {
  if (wanted.changed.length === 0) return { by: 'file', dropped: new Set(), rows: [] };
  if (wanted.system.kind === 'ntfs') return fileDelta(wanted);
  // What waits in a journal that is replayed here is not where the changed ranges say.
  if (wanted.system.recordOffset === undefined || !(await wanted.system.state()).clean) return undefined;
  return folderDelta(wanted);
}
