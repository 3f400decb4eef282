import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, HostkeepError } from '#contract';
import type { Secrets } from '#engine/ports';
import { writeDurably } from '#files';
import { callHost } from './operation.ts';
import { closeFolder, protectSecret, revealSecret } from './operations/secret.ts';
import { startPowerShell, type PowerShell } from './powershell.ts';

export interface KeystoreOptions {
  readonly home: string;
  readonly executable: string | undefined;
  /** Accounts that may read the secrets besides SYSTEM and administrators: the one that jobs run as. */
  readonly readers: () => readonly string[];
}

/**
 * Secrets of this computer, one file each below `home/secrets`. DPAPI of the machine keeps them from leaving it, and the folder is
 * closed to everybody but SYSTEM, administrators and the account that jobs run as: a secret that an administrator typed is there for
 * a job at night, whoever runs it. Elsewhere there is no keystore without a desktop, so that nothing is ever written in the clear.
 * @throws HostkeepError secrets/unavailable, secrets/denied, secrets/unprotected
 */
export function keystore({ home, executable, readers }: KeystoreOptions): Secrets {
  const folder = join(home, 'secrets');
  const fileOf = (name: string): string => {
    if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new HostkeepError('input/invalid', { secret: name });
    return join(folder, name);
  };
  const withShell = async <Result>(act: (shell: PowerShell) => Promise<Result>): Promise<Result> => {
    const shell = startPowerShell({ ...(executable === undefined ? {} : { executable }), connection: null });
    try {
      return await act(shell);
    } catch (cause) {
      // No DPAPI without it: this is no Windows.
      if (hasCode(cause, 'host/powershell-missing')) throw new HostkeepError('secrets/unavailable', {}, cause);
      throw cause;
    } finally {
      await shell.close();
    }
  };
  return {
    async get(name) {
      const kept = await readFile(fileOf(name), 'ascii').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined;
        throw failure(name, cause);
      });
      if (kept === undefined) return undefined;
      return withShell(async (shell) => (await callHost(shell, revealSecret, { protected: kept })).text);
    },
    async set(name, value) {
      const path = fileOf(name);
      const kept = await withShell(async (shell) => {
        const { protected: sealed } = await callHost(shell, protectSecret, { text: value });
        // Closed before anything is in it, and again whenever another account is to read it.
        await callHost(shell, closeFolder, { folder, readers: readers() });
        return sealed;
      });
      await writeDurably(path, kept).catch((cause: NodeJS.ErrnoException) => {
        throw failure(name, cause);
      });
    },
    async delete(name) {
      await rm(fileOf(name), { force: true }).catch((cause: NodeJS.ErrnoException) => {
        throw failure(name, cause);
      });
    },
  };
}

function failure(secret: string, cause: NodeJS.ErrnoException): HostkeepError {
  const denied = cause.code === 'EACCES' || cause.code === 'EPERM';
  return new HostkeepError(denied ? 'secrets/denied' : 'secrets/unavailable', { secret }, cause);
}
