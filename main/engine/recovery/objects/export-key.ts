import { asHostkeepError, type DamageView } from '#contract';
import { writeRegFile } from '#engine/objects';
import { findKey } from './hive-keys.ts';
import { hiveIn } from './hive-logs.ts';
import type { ObjectFile } from './object-file.ts';

export interface ExportWanted {
  readonly key: string;
  /** Where the hive's root stands in a registry; null where its name tells. */
  readonly root: string | null;
  readonly write: (piece: Buffer) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface ExportedKey {
  /** As it is called in the file. */
  readonly key: string;
  readonly keys: number;
  readonly values: number;
  /** Entries of the hive's logs that were put in place. */
  readonly replayed: number;
  /** The hive is dirty, and no log ends that. */
  readonly stale: boolean;
  readonly skipped: readonly (DamageView & { readonly subject: string })[];
  readonly more: number;
}

const mostTold = 1000;

/** A key of a hive with all that is below it, as a registration file. @throws HostkeepError recovery/key-not-found, format/* */
export async function exportHiveKey(file: ObjectFile, { key, root, write, signal }: ExportWanted): Promise<ExportedKey> {
  const { hive, replayed, stale } = await hiveIn(file);
  const found = await findKey(hive, key);
  const skipped: (DamageView & { subject: string })[] = [];
  let untold = 0;
  const under = [root ?? usualRoot(file.node.name), ...found.names].join('\\');
  const pieces = writeRegFile(hive, found.node, {
    under,
    signal,
    onSkip(subject, error) {
      const { code, message } = asHostkeepError(error);
      if (skipped.length < mostTold) skipped.push({ subject, code, reason: message });
      else untold += 1;
    },
  });
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return { key: under, ...next.value, replayed, stale, skipped, more: untold };
    await write(next.value);
  }
}

/** Where Windows loads a hive of that file name. */
const usualRoots: Readonly<Record<string, string>> = {
  'NTUSER.DAT': 'HKEY_CURRENT_USER',
  'USRCLASS.DAT': 'HKEY_CURRENT_USER\\Software\\Classes',
  DEFAULT: 'HKEY_USERS\\.DEFAULT',
  BCD: 'HKEY_LOCAL_MACHINE\\BCD00000000',
};

export function usualRoot(fileName: string): string {
  return usualRoots[fileName.toUpperCase()] ?? `HKEY_LOCAL_MACHINE\\${fileName}`;
}
