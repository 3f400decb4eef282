/** A Windows of Wine's in a folder of its own, for what an installer does to files and registry. */
import { existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Wine {
  /** Where the files of drive C: are here. */
  readonly drive: string;
  /** Runs msiexec silently. */
  msiexec(...parameters: readonly string[]): void;
  /** A value of the 64-bit registry; undefined when it is not there. */
  registry(key: string, value: string): string | undefined;
  stop(): void;
}

export function openWine(folder: string): Wine {
  const env = {
    ...process.env,
    WINEPREFIX: folder,
    WINEDEBUG: '-all',
    WINEARCH: 'win64',
    DISPLAY: '',
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
  };
  const wine = (...parameters: readonly string[]): string =>
    execFileSync('wine', [...parameters], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 300_000 });
  if (!existsSync(join(folder, 'system.reg'))) wine('wineboot', '-i');
  return {
    drive: join(folder, 'drive_c'),
    msiexec: (...parameters) => void wine('msiexec', ...parameters, '/qn'),
    registry(key, value) {
      try {
        const found = wine('reg', 'query', key, '/v', value, '/reg:64');
        return /REG_\w+\s+(.*)/.exec(found)?.[1]?.trim() ?? '';
      } catch {
        return undefined;
      }
    },
    stop: () => void execFileSync('wineserver', ['-k'], { env, stdio: 'ignore' }),
  };
}

/** How Windows, and Wine, sees a file of this computer. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}
