import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { folderTarget } from '../../../../main/engine/recovery/files/folder-target.ts';
import type { FileTarget, FileToWrite, SidecarLine } from '../../../../main/engine/recovery/files/target.ts';
import { temporaryFolder } from '../../../fixtures/environment.ts';

const line: SidecarLine = { path: 'a', from: '/disk0/part1/a', times: {}, windowsAttributes: 32, unix: null };

/** A target in which somebody else has put a link already, and what it leads to. */
async function withLink(context: TestContext, name: string, kind: 'file' | 'folder') {
  const folder = await temporaryFolder(context);
  const [root, outside] = [join(folder, 'target'), join(folder, 'outside')];
  await mkdir(root);
  if (kind === 'file') await writeFile(outside, 'as it was');
  else await mkdir(outside);
  await symlink(outside, join(root, name));
  const target: FileTarget = await folderTarget(root, { conflict: 'overwrite', resume: true });
  context.after(() => target.close());
  return { target, outside };
}

test('notes beside restored files never go through a link that lies in the target', async (context) => {
  const { target, outside } = await withLink(context, '.hostkeep-sidecar.jsonl', 'file');
  await assert.rejects(target.note(line), (error) => hasCode(error, 'recovery/target-failed'));
  assert.equal(await readFile(outside, 'utf8'), 'as it was');
});

test('alternate streams never go through a link that lies in the target', async (context) => {
  const { target, outside } = await withLink(context, '.hostkeep-streams', 'folder');
  async function* pieces() {
    yield { offset: 0, bytes: Buffer.from('stream') };
  }
  await assert.rejects(target.stream('a', 'b:c', pieces()), (error) => hasCode(error, 'recovery/target-failed'));
  assert.deepEqual(await readdir(outside), []);
});

const content = Buffer.from('from the restore point');

function fileNamed(name: string, linkKey: string | null = null): FileToWrite {
  return {
    name,
    linkKey,
    identity: name,
    sizeBytes: content.length,
    modified: 0,
    details: {
      times: { created: null, modified: null, accessed: null, changed: null },
      windowsAttributes: null,
      unix: null,
      links: linkKey === null ? 1 : 2,
      allocatedBytes: 4096,
      streams: [],
      security: null,
      xattrs: [],
      reparse: null,
      storage: 'plain',
      unreadable: null,
    },
    async *pieces() {
      yield { offset: 0, bytes: content };
    },
  };
}

test('a link that is there stays where what is there is to stay, and gives way to a file where that may be replaced', async (context) => {
  const folder = await temporaryFolder(context);
  const [root, outside] = [join(folder, 'target'), join(folder, 'outside')];
  await mkdir(root);
  await writeFile(outside, 'as it was');
  await symlink(outside, join(root, 'a'));
  const skipping = await folderTarget(root, { conflict: 'skip', resume: false });
  assert.deepEqual(await skipping.file('', fileNamed('a')), { outcome: 'kept', path: 'a' });
  assert.equal(await readlink(join(root, 'a')), outside);
  const replacing = await folderTarget(root, { conflict: 'overwrite', resume: false });
  assert.deepEqual(await replacing.file('', fileNamed('a')), { outcome: 'written', path: 'a' });
  assert.deepEqual(await readFile(join(root, 'a')), content);
  assert.equal(await readFile(outside, 'utf8'), 'as it was');
});

test('two names of one file are that again where they replace what is there', async (context) => {
  const root = await temporaryFolder(context);
  for (const name of ['a', 'b']) await writeFile(join(root, name), 'older');
  const target = await folderTarget(root, { conflict: 'overwrite', resume: false });
  assert.equal((await target.file('', fileNamed('a', '1'))).outcome, 'written');
  assert.equal((await target.file('', fileNamed('b', '1'))).outcome, 'linked');
  const [a, b] = [await stat(join(root, 'a')), await stat(join(root, 'b'))];
  assert.deepEqual([b.ino, b.nlink], [a.ino, 2]);
  const again = await folderTarget(root, { conflict: 'overwrite', resume: false });
  assert.equal((await again.file('', fileNamed('a', '1'))).outcome, 'written');
  assert.equal((await again.file('', fileNamed('b', '1'))).outcome, 'linked');
  assert.deepEqual((await readdir(root)).toSorted(), ['a', 'b']);
});
