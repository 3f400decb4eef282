import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { folderTarget } from '../../../../main/engine/recovery/files/folder-target.ts';
import type { FileTarget, SidecarLine } from '../../../../main/engine/recovery/files/target.ts';
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
