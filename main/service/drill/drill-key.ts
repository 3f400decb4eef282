import { readFile, writeFile } from 'node:fs/promises';
import { hasCode, HostkeepError } from '#contract';
import type { Secrets } from '#engine/ports';
import { newDrillKey, publicDrillKey } from '#engine/recovery';

const secretName = 'drill-key';

/**
 * The key that signs drill records of this computer: from a file, or from the keystore, in which it is made when it is first needed.
 * @throws HostkeepError drill/no-key, drill/key-unfit, input/not-found
 */
export async function drillKey(secrets: Secrets, file: string | null): Promise<string> {
  if (file !== null) return readKey(file);
  try {
    const kept = await secrets.get(secretName);
    if (kept !== undefined) return kept;
    const made = newDrillKey();
    await secrets.set(secretName, made);
    return made;
  } catch (error) {
    if (hasCode(error, 'secrets/unavailable', 'host/powershell-missing')) throw new HostkeepError('drill/no-key', {}, error);
    throw error;
  }
}

/** Makes a key in a file that only its owner reads; never over one that is there. @throws HostkeepError input/target-exists */
export async function makeKeyFile(file: string): Promise<string> {
  const key = newDrillKey();
  try {
    await writeFile(file, key, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new HostkeepError('input/target-exists', { path: file }, cause);
  }
  return publicDrillKey(key);
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new HostkeepError('input/not-found', { keyFile: file }, cause);
  }
}
