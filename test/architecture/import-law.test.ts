import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../fixtures/environment.ts';

const root = new URL('../../', import.meta.url).pathname;

const mains = ['contract', 'engine', 'files', 'host', 'lab', 'service', 'cli', 'electron'] as const;

/**
 * The law without the sources: settings of compiler, linter and package as they are, and a stub for every module that one can name, in which
 * files can be planted. The tree as it is has `npm run lint` and `npm run types`.
 */
async function bareTree(context: TestContext, planted: readonly Planting[]): Promise<string> {
  const folder = await temporaryFolder(context);
  for (const name of ['package.json', 'tsconfig.base.json', '.oxlintrc.json', ...mains.map((one) => `main/${one}/tsconfig.json`)])
    await cp(join(root, name), join(folder, name));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { imports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { imports: Record<string, string> };
  const engines = await foldersOf(join(root, 'main', 'engine'));
  const doors = Object.values(imports).flatMap((path) =>
    path.includes('*') ? engines.map((name) => path.replace('*', name)) : path,
  );
  const beside = planted.flatMap(({ from, names }) => (names.startsWith('.') ? join(from, names) : []));
  const indexes = mains.map((one) => join('main', one, 'index.ts'));
  for (const path of new Set([...doors, ...beside, ...indexes].map((one) => join(folder, one)))) await stub(path);
  for (const { from } of planted) await mkdir(join(folder, from), { recursive: true });
  return folder;
}

async function stub(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'export const stub = true;\n');
}

async function foldersOf(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function run(folder: string, tool: string, ...parameters: readonly string[]): string {
  const { stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', tool), parameters, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout + stderr;
}

interface Planting {
  readonly from: string;
  readonly names: string;
}

interface Planted extends Planting {
  /** Part of the linter's reason. */
  readonly says: string;
}

const law = 'Import law';
const refusing = (from: string, says: string, ...names: readonly string[]): readonly Planted[] =>
  names.map((name) => ({ from, names: name, says }));

/** Every folder, and what it must not know. */
const forbidden: readonly Planted[] = [
  ...refusing('main/contract', 'leaf', 'node:fs', '#engine/bytes', '../engine/ports.ts'),
  ...[
    'bytes',
    'blocks',
    'formats',
    'storage',
    'repository',
    'threads',
    'catalog',
    'backup',
    'recovery',
    'objects',
    'verify',
    'jobs',
    'iscsi',
    'nbd',
  ].flatMap((folder) => [
    ...refusing(`main/engine/${folder}`, law, '#service', '#lab', '#host'),
    ...refusing(`main/engine/${folder}`, 'may start a process', 'node:child_process'),
    ...refusing(`main/engine/${folder}`, 'through ports only', 'node:http'),
    ...refusing(`main/engine/${folder}`, 'Only main/electron', 'electron'),
  ]),
  ...refusing('main/engine/bytes', law, '#engine/blocks', '../blocks/index.ts', '#engine/storage', '#engine/repository'),
  ...refusing('main/engine/blocks', law, '#engine/formats/vhdx', '../formats/open-disk.ts', '#engine/storage'),
  ...refusing('main/engine/formats', law, '#engine/storage', '#engine/repository', '#engine/backup', '#engine/recovery'),
  ...refusing('main/engine/objects', law, '#engine/blocks', '#engine/formats/vhdx', '#engine/repository', '#engine/verify'),
  ...refusing('main/engine/formats', law, '#engine/objects', '#engine/verify'),
  ...refusing(
    'main/engine/storage',
    law,
    '#engine/repository',
    '../repository/index.ts',
    '#engine/formats/vhdx',
    '#engine/backup',
  ),
  ...refusing('main/engine/repository', law, '#engine/formats/vhdx', '#engine/backup', '#engine/recovery', '#engine/jobs'),
  ...refusing('main/engine/jobs', law, '#engine/bytes', '#engine/storage', '#engine/repository', '#engine/backup'),
  ...refusing('main/files', law, '#contract', '#engine/bytes', '#service', '../lab/state.ts', 'node:net', 'electron'),
  ...refusing('main/files', 'may start a process', 'node:child_process'),
  ...refusing('main/host', law, '#lab', '#service'),
  ...refusing('main/lab', law, '#host', '#service', '#engine/repository', '#engine/storage', '#engine/backup'),
  ...refusing('main/lab', 'may start a process', 'node:child_process'),
  ...refusing('main/service', law, '../cli/text.ts'),
  ...refusing('main/service', 'may start a process', 'node:child_process'),
  ...refusing('main/service', 'Only main/electron', 'electron'),
  ...refusing('main/cli', 'may start a process', 'node:child_process'),
  ...refusing('main/cli', 'Only main/electron', 'electron'),
  ...refusing('main/electron', law, '#host', '#lab', '#engine/repository'),
  ...refusing('main/electron', 'may start a process', 'node:child_process'),
  ...refusing('main/electron', 'opens no port', 'node:http', 'node:net'),
  ...refusing('main/electron', 'our own command line', '../cli/text.ts'),
  ...refusing('main/service', law, '../electron/origin.ts'),
  ...refusing('main/cli', law, '../electron/origin.ts'),
  ...refusing('main/contract', 'valibot', 'zod'),
];

const sourceOf = (names: string): string => `import * as planted from '${names}';\n\nexport const kept = planted;\n`;

interface Report {
  readonly diagnostics: readonly { readonly message: string; readonly help?: string; readonly filename: string }[];
}

test('the linter refuses every forbidden import, with the reason', async (context) => {
  const folder = await bareTree(context, forbidden);
  const before = JSON.parse(run(folder, 'oxlint', '--format', 'json', 'main')) as Report;
  assert.deepEqual(before.diagnostics, [], 'before anything is planted');
  for (const [at, { from, names }] of forbidden.entries())
    await writeFile(join(folder, from, `planted-${at}.ts`), sourceOf(names));
  const { diagnostics } = JSON.parse(run(folder, 'oxlint', '--format', 'json', 'main')) as Report;
  const passed = forbidden.filter(({ from, says }, at) => {
    const told = diagnostics.filter(({ filename }) => filename.endsWith(`${from}/planted-${at}.ts`));
    return !told.some(({ message, help }) => `${message} ${help ?? ''}`.includes(says));
  });
  assert.deepEqual(passed, []);
});

test('every folder of the engine is under the law of its own', async () => {
  for (const name of await foldersOf(join(root, 'main', 'engine')))
    assert.ok(
      forbidden.some(({ from }) => from === `main/engine/${name}`),
      `nothing is planted in main/engine/${name}`,
    );
});

/** A file of a project that is not referenced, and a module of a runtime whose types the project does not have. */
const [outside, notHere] = ['error TS6307', 'error TS2591'];

/** What the projects and their references refuse by themselves. */
const againstProjects: readonly (readonly [folder: string, names: string])[] = [
  ['main/contract', 'node:fs'],
  ['main/contract', '#engine/bytes'],
  ['main/files', '#contract'],
  ['main/engine', '#service'],
  ['main/engine', '#lab'],
  ['main/engine', '#host'],
  ['main/host', '#service'],
  ['main/host', '#lab'],
  ['main/lab', '#service'],
  ['main/lab', '#host'],
  ['main/service', '../cli/text.ts'],
];

test('the compiler refuses an import against the direction of the projects', async (context) => {
  const plantings = againstProjects.map(([from, names]) => ({ from, names }));
  const folder = await bareTree(context, plantings);
  const build = (): string => run(folder, 'tsc', '-b', 'main/service', 'main/lab', 'main/host');
  assert.equal(build(), '', 'before anything is planted');
  for (const [at, { from, names }] of plantings.entries())
    await writeFile(join(folder, from, `planted-${at}.ts`), sourceOf(names));
  // One build of all: a project is checked although one that it references is wrong.
  const text = build();
  for (const [at, { from, names }] of plantings.entries())
    assert.match(text, new RegExp(`^${from}/planted-${at}\\.ts.*: (${outside}|${notHere})`, 'm'), `${from} -> ${names}: ${text}`);
});
