import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HostkeepError } from '#contract';
import type { Secrets } from '#engine/ports';
import { callHost } from './operation.ts';
import { protectSecret, revealSecret } from './operations/secret.ts';
import { startPowerShell, type PowerShell } from './powershell.ts';

/**
 * Secrets of this Windows user, protected by DPAPI, one file each below `home/secrets`. Elsewhere there is no keystore without
 * a desktop, so that nothing is ever written in the clear.
 * @throws HostkeepError secrets/unavailable
 */
export function keystore(home: string, executable: string | undefined): Secrets {
  const fileOf = (name: string): string => {
    if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new HostkeepError('input/invalid', { secret: name });
    return join(home, 'secrets', name);
  };
  const withShell = async <Result>(act: (shell: PowerShell) => Promise<Result>): Promise<Result> => {
    const shell = startPowerShell({ ...(executable === undefined ? {} : { executable }), connection: null });
    try {
      return await act(shell);
    } finally {
      await shell.close();
    }
  };
  return {
    async get(name) {
      const kept = await readFile(fileOf(name), 'ascii').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined;
        throw new HostkeepError('secrets/unavailable', { secret: name }, cause);
      });
      if (kept === undefined) return undefined;
      return withShell(async (shell) => (await callHost(shell, revealSecret, { protected: kept })).text);
    },
    async set(name, value) {
      const path = fileOf(name);
      const kept = await withShell(async (shell) => (await callHost(shell, protectSecret, { text: value })).protected);
      await mkdir(join(home, 'secrets'), { recursive: true, mode: 0o700 });
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(kept, 'ascii');
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
    delete: (name) => rm(fileOf(name), { force: true }),
  };
}
