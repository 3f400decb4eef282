/**
 * The scripts that PowerShell is given. In a package they lie outside the app's archive, where PowerShell can read them, and what they must
 * be is in the archive: a script that somebody changed is not run. Where sources run there is no such list.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { record, string } from 'valibot';
import { acceptJson, HostkeepError, type Schema } from '#contract';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Of `scripts` and `operations`: in the archive's folder of what is not in it, when there is an archive. */
export const scriptsRoot = here.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');

/** Hashes by name, such as `operations/history.ps1`. */
export type ScriptHashes = Readonly<Record<string, string>>;

const folders = ['scripts', 'operations'] as const;
const listSchema: Schema<ScriptHashes> = record(string(), string());

/** @throws HostkeepError host/scripts-changed when one is missing, is another, or was not there */
export async function proveScripts(root: string = scriptsRoot, list?: ScriptHashes): Promise<void> {
  const listed = list ?? (await readList());
  if (listed === null) return;
  const found = await hashScripts(root);
  const names = new Set([...Object.keys(found), ...Object.keys(listed)]);
  const wrong = [...names].filter((name) => found[name] !== listed[name]);
  if (wrong.length > 0) throw new HostkeepError('host/scripts-changed', { scripts: wrong.sort(), folder: root });
}

/** What the list is made of when the app is packed. A folder that is not there holds none. */
export async function hashScripts(root: string): Promise<ScriptHashes> {
  const hashes: Record<string, string> = {};
  for (const folder of folders) {
    for (const name of (await readdir(join(root, folder)).catch(() => [])).filter((one) => /\.ps[dm]?1$/i.test(one)))
      hashes[`${folder}/${name}`] = createHash('sha256')
        .update(await readFile(join(root, folder, name)))
        .digest('hex');
  }
  return hashes;
}

/** It is in the app, as the code is. */
async function readList(): Promise<ScriptHashes | null> {
  const file = join(here, 'script-hashes.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : acceptJson(listSchema, text, { code: 'host/scripts-changed', details: { file } });
}
