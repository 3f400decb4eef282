/** Where packages are made, and how their tools are run. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const tools = join(root, 'build', 'package', 'tools');
export const outputs = join(root, 'dist', 'package');
/** Downloads and what is made of them once. */
export const cache = join(root, '.cache', 'package');

export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }).version;

/** Ends with what the program printed when it fails. */
export function run(file: string, parameters: readonly string[], folder: string = root): string {
  const { status, stdout, stderr, error } = spawnSync(file, [...parameters], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' },
    // npm is a batch file there.
    shell: process.platform === 'win32' && file === 'npm',
  });
  if (status !== 0) throw new Error(`${file} ${parameters.join(' ')}\n${stdout}${stderr}`.slice(0, 4000), { cause: error });
  return stdout;
}

/** Whether a program can be found. */
export function has(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

/** What only packages need is installed by the first who makes one. */
export async function installTools(): Promise<void> {
  await mkdir(cache, { recursive: true });
  await mkdir(outputs, { recursive: true });
  if (existsSync(join(tools, 'node_modules', 'electron-builder'))) return;
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], tools);
}
