import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../fixtures/environment.ts';

const root = new URL('../../', import.meta.url).pathname;

/** A copy of the sources in which files can be planted. */
async function copyOfTree(context: TestContext): Promise<string> {
  const folder = await temporaryFolder(context);
  for (const name of ['main', 'package.json', 'tsconfig.base.json', '.oxlintrc.json'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function run(folder: string, tool: string, ...parameters: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', tool), parameters, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { ok: status === 0, text: stdout + stderr };
}

const forbidden = [
  { from: 'main/engine/backup', names: 'node:child_process', says: 'may start a process' },
  { from: 'main/engine/backup', names: 'node:http', says: 'through ports only' },
  { from: 'main/engine/backup', names: '#service', says: 'Import law' },
  { from: 'main/engine/blocks', names: '#engine/formats/vhdx', says: 'Import law' },
  { from: 'main/engine/storage', names: '#engine/repository', says: 'Import law' },
  { from: 'main/contract', names: 'node:fs', says: 'leaf' },
  { from: 'main/lab', names: '#engine/repository', says: 'Import law' },
  { from: 'main/cli', names: 'electron', says: 'Only main/electron' },
];

test('the linter refuses every forbidden import, with the reason', async (context) => {
  const folder = await copyOfTree(context);
  assert.ok(run(folder, 'oxlint', 'main').ok, 'the tree as it is');
  for (const { from, names, says } of forbidden) {
    const planted = join(folder, from, 'planted.ts');
    await writeFile(planted, `import * as planted from '${names}';\n\nexport const kept = planted;\n`);
    const { ok, text } = run(folder, 'oxlint', from);
    assert.ok(!ok && text.includes(says), `${from} -> ${names}: ${text}`);
    await rm(planted);
  }
});

test('the compiler refuses an import against the direction of the projects', async (context) => {
  const folder = await copyOfTree(context);
  for (const { file, names } of [
    { file: 'main/contract/planted.ts', names: 'node:fs' },
    { file: 'main/engine/planted.ts', names: '#service' },
  ]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `import * as planted from '${names}';\n\nexport const kept = planted;\n`);
    const { ok, text } = run(folder, 'tsc', '-b', dirname(file));
    assert.ok(!ok && text.includes('planted.ts'), `${file}: ${text}`);
    await rm(join(folder, file));
  }
});
