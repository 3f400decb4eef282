import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { zipTarget } from '../../../../main/engine/recovery/files/zip-target.ts';
import { temporaryFolder } from '../../../fixtures/environment.ts';
import { needs, run } from '../../../fixtures/tools.ts';

test('a path that no zip can hold is refused as that, and what is not as deep goes in', async () => {
  const target = zipTarget(async () => undefined);
  let parent = '';
  for (let level = 0; level < 271; level += 1) parent = await target.folder(parent, 'x'.repeat(240));
  await assert.rejects(target.folder(parent, 'y'.repeat(240)), (error) => hasCode(error, 'recovery/path-too-long'));
  assert.equal(await target.folder('', 'y'), 'y');
});

test('what is noted of very many files is written as it comes, in parts that are whole in themselves', async (context) => {
  if (!needs(context, { '7z': '7zip' })) return;
  const written: Uint8Array[] = [];
  const target = zipTarget(async (bytes) => void written.push(bytes));
  const count = 20_000;
  let before = 0;
  for (let number = 0; number < count; number += 1) {
    await target.note({
      path: `file ${number}`,
      from: `/disk0/part1/file ${number}`,
      times: {},
      windowsAttributes: 32,
      unix: null,
      sddl,
    });
    if (number === count - 1) before = written.length;
  }
  assert.ok(before > 0, 'not all of it waits for the end');
  // One of the guest's own that is called like a part.
  assert.equal(await target.folder('', '.hostkeep-sidecar-3.jsonl'), '.hostkeep-sidecar-3.jsonl');
  await target.close();
  const folder = await temporaryFolder(context);
  const zip = join(folder, 'restored.zip');
  await writeFile(zip, Buffer.concat(written));
  assert.match(run('7z', 't', zip), /Everything is Ok/);
  run('7z', 'x', '-bd', `-o${join(folder, 'out')}`, zip);
  const parts = (await readdir(join(folder, 'out'))).toSorted();
  assert.deepEqual(parts, ['.hostkeep-sidecar-2.jsonl', '.hostkeep-sidecar-3 (2).jsonl', '.hostkeep-sidecar.jsonl']);
  const paths: string[] = [];
  for (const part of ['.hostkeep-sidecar.jsonl', '.hostkeep-sidecar-2.jsonl', '.hostkeep-sidecar-3 (2).jsonl'])
    for (const line of (await readFile(join(folder, 'out', part), 'utf8')).trimEnd().split('\n'))
      paths.push((JSON.parse(line) as { readonly path: string }).path);
  assert.deepEqual(
    paths,
    Array.from({ length: count }, (_, number) => `file ${number}`),
  );
});

/** Of some length, as domains have them. */
const sddl = `O:BAG:SYD:${'(A;OICI;FA;;;S-1-5-21-1004336348-1177238915-682003330-512)'.repeat(15)}`;
