/**
 * The Secrets port on Electron's safeStorage: the passphrases that this user wants remembered on this computer. On Windows their key is
 * DPAPI's, on macOS the keychain's. On Linux without a keyring Electron would fall back to a key that everybody knows: refused.
 */
import { safeStorage } from 'electron';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HostkeepError } from '#contract';
import type { Secrets } from '#engine/ports';
import { writeDurably } from '#files';

const known = /^[a-z0-9-]{1,128}$/;
const largestSecret = 64 * 1024;

export function safeSecrets(folder: string): Secrets {
  const fileOf = (name: string): string => {
    if (!known.test(name)) throw new HostkeepError('input/invalid', { secret: name });
    return join(folder, `${name}.sealed`);
  };
  return {
    async get(name) {
      const sealed = await readOrNothing(fileOf(name));
      if (sealed === undefined) return undefined;
      await refusePlainText();
      return unsealed(sealed, name);
    },
    async set(name, value) {
      const file = fileOf(name);
      await refusePlainText();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeDurably(file, await safeStorage.encryptStringAsync(value));
    },
    async delete(name) {
      await rm(fileOf(name), { force: true });
    },
  };
}

/** Whether anything can be kept here at all. */
export async function canKeepSecrets(): Promise<boolean> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
  return process.platform !== 'linux' || !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
}

async function refusePlainText(): Promise<void> {
  if (!(await canKeepSecrets())) throw new HostkeepError('secrets/unavailable');
}

/** One that another user or another computer has sealed is as good as none. */
async function unsealed(sealed: Buffer, name: string): Promise<string> {
  try {
    return (await safeStorage.decryptStringAsync(sealed)).result;
  } catch (cause) {
    throw new HostkeepError('secrets/unavailable', { secret: name }, cause);
  }
}

async function readOrNothing(file: string): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(file);
    return bytes.length > largestSecret ? undefined : bytes;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
