import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './places.ts';

/** Electron's own files for Windows, as its package downloads them; HOSTKEEP_ELECTRON_WINDOWS names a folder that has them already. */
export async function fetchElectron(): Promise<string> {
  const given = process.env['HOSTKEEP_ELECTRON_WINDOWS'];
  if (given !== undefined) return given;
  const folder = join(root, 'node_modules', 'electron');
  process.env['npm_config_platform'] = 'win32';
  process.env['npm_config_arch'] = 'x64';
  run(process.execPath, [join(folder, 'install.js')]);
  const found = join(folder, 'dist');
  if (!existsSync(join(found, 'electron.exe'))) throw new Error('Electron for Windows could not be downloaded');
  return found;
}
