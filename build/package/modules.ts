/** The packages that are needed at run time, found through the lock file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './places.ts';

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optional?: boolean;
}

/** Of these the desktop's shell alone makes use. */
const ofTheShell = new Set(['electron-store']);
/** The UI packages among devDependencies. */
const bundled = [
  '@fluentui/react-components',
  '@fluentui/react-icons',
  '@tanstack/react-query',
  '@tanstack/react-virtual',
  '@trpc/client',
  'i18next',
  'react',
  'react-dom',
  'react-i18next',
  'recharts',
  'wouter',
];

/** Folders below node_modules, with all that they need themselves. */
export async function runtimeModules(of: { readonly shell: boolean } = { shell: false }): Promise<readonly string[]> {
  const lock = await readLock();
  const wanted = Object.keys(lock.packages['']?.dependencies ?? {}).filter((name) => of.shell || !ofTheShell.has(name));
  return withNeeds(lock, wanted);
}

/** What the renderer is bundled from: not shipped as folders, but inside its files. */
export async function rendererModules(): Promise<readonly string[]> {
  return withNeeds(await readLock(), bundled);
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock;
}

function withNeeds(lock: Lock, names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const take = (name: string, from: string): void => {
    const nested = `${from}/node_modules/${name}`;
    const key = nested in lock.packages ? nested : `node_modules/${name}`;
    if (found.has(key)) return;
    const entry = lock.packages[key];
    if (entry === undefined) throw new Error(`${name} is not in package-lock.json`);
    found.add(key);
    for (const needed of Object.keys(entry.dependencies ?? {})) take(needed, key);
  };
  for (const name of names) take(name, '');
  return [...found].sort();
}

/** Sources, types and maps are for those who develop; a program runs without them. */
export function isNeeded(path: string): boolean {
  return !/\.(d\.[cm]?ts|map|ts|md|markdown|flow)$|\/(test|tests|docs?|examples?|src|\.github)\//i.test(
    path.replaceAll('\\', '/'),
  );
}
