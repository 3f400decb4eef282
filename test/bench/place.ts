import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compileProgram } from '../../build/app/compile.ts';
import type { Variables } from './measure.ts';

/** Where the bench keeps its disks and repositories. */
const root = new URL('../../', import.meta.url).pathname;
export const folder = join(root, '.cache', 'bench');

export const tools = ['hostkeep', 'restic', 'borg'] as const;
export type Tool = (typeof tools)[number];

export const disks = { a: join(folder, 'a.raw'), b: join(folder, 'b.raw'), c: join(folder, 'c.raw') };
export const ranges = join(folder, 'ranges.json');
export const back = join(folder, 'back.raw');
const program = join(folder, 'program');
/** The command line as it is installed. */
export const hostkeep = [process.execPath, join(program, 'main/cli/hostkeep.js')] as const;

export function repositoryOf(tool: Tool): string {
  return join(folder, `run-${tool}`);
}

export const environment: Variables = {
  HOSTKEEP_PASSWORD: 'only for the bench',
  HOSTKEEP_HOME: join(folder, 'run-home'),
  HOSTKEEP_REPO: repositoryOf('hostkeep'),
  RESTIC_PASSWORD: 'x',
  RESTIC_REPOSITORY: repositoryOf('restic'),
  BORG_PASSPHRASE: 'x',
  BORG_BASE_DIR: join(folder, 'run-borg-base'),
  BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
};

/** Makes the command line of the sources as they are. */
export async function makeProgram(): Promise<void> {
  rmSync(program, { recursive: true, force: true });
  await compileProgram(program);
}

export function makeDisks(): void {
  mkdirSync(folder, { recursive: true });
  const [script, change] = [join(root, 'test/bench/make-disks.sh'), join(root, 'test/bench/change-disk.ts')];
  execFileSync('sh', [script, folder, process.execPath, change], { stdio: 'inherit' });
}

/** Runs what is not measured. */
export function prepare(...command: readonly string[]): void {
  execFileSync(command[0]!, command.slice(1), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const init: Readonly<Record<Tool, readonly string[]>> = {
  hostkeep: [...hostkeep, 'repo', 'init', repositoryOf('hostkeep')],
  restic: ['restic', '-q', 'init'],
  borg: ['borg', 'init', '-e', 'repokey', repositoryOf('borg')],
};

export function emptyRepository(tool: Tool): void {
  for (const place of placesOf(tool)) rmSync(place, { recursive: true, force: true });
  prepare(...init[tool]);
}

/** What a tool's state is kept in: borg refuses a repository that is older than what it remembers of it. */
function placesOf(tool: Tool): readonly string[] {
  return tool === 'borg' ? [repositoryOf(tool), environment['BORG_BASE_DIR']!] : [repositoryOf(tool)];
}

/** Keeps the repository as it is, to start other acts from. */
export function keepRepository(tool: Tool): void {
  for (const place of placesOf(tool)) copyOver(place, `${place}.first`);
}

export function resetRepository(tool: Tool): void {
  for (const place of placesOf(tool)) copyOver(`${place}.first`, place);
}

function copyOver(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  prepare('cp', '-a', '--reflink=auto', from, to);
}
