import { HostkeepError } from '#contract';
import type { GuestVolumes } from '#engine/recovery';
import { findSet, objectFile } from '#engine/recovery/objects';
import { shown, wrapped } from './text.ts';

/** What belongs to a database and was not restored with it; undefined where all of it was, and where the file is none. */
export async function setAdvice(volumes: GuestVolumes, path: string, restored: readonly string[]): Promise<string | undefined> {
  try {
    const set = await findSet({ file: await objectFile(volumes, path), also: [] });
    const names = new Set(restored.map((one) => one.toLowerCase()));
    const left = set.files.filter((file) => !names.has(file.path.toLowerCase()));
    if (left.length === 0 || set.state === 'clean') return undefined;
    const text = `${shown(path)} belongs to a set of ${set.files.length} files, ${left.length} of which were not asked for. ${set.says[0] ?? ''} All of it: hostkeep object restore.`;
    return wrapped(text, 79).join('\n');
  } catch (error) {
    // The restore has told what is wrong with the file; this is advice only.
    if (error instanceof HostkeepError) return undefined;
    throw error;
  }
}
