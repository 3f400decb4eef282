import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { appendFile, type Stages } from '../../../main/engine/storage/append-file.ts';
import { forSeeds } from '../../fixtures/properties.ts';

const folder = mkdtempSync(join(tmpdir(), 'append-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function newFile(name: string, stages: Stages) {
  const path = join(folder, name);
  return { path, file: appendFile(path, await open(path, 'wx'), stages) };
}

test('whatever is appended, in pieces of any size, stands in the file in its order', async () => {
  const stages: Stages = [];
  await forSeeds(12, async (next, seed) => {
    const { path, file } = await newFile(`f${seed}`, stages);
    const all: Buffer[] = [];
    for (let count = next(12); count >= 0; count -= 1) {
      const pieces = Array.from({ length: 1 + next(4) }, () => Buffer.alloc(next(next(3) === 0 ? 3_000_000 : 5_000), next(256)));
      all.push(...pieces.map((piece) => Buffer.from(piece)));
      await file.append(pieces);
      for (const piece of pieces) piece.fill(0xee); // the caller uses its buffers again
    }
    await file.flush();
    await file.close();
    assert.ok(readFileSync(path).equals(Buffer.concat(all)));
    rmSync(path);
  });
  assert.equal(stages.length, 1, 'one file after the other gathers in the same memory');
});

test('two files at a time gather in memory of their own, also when one is closed twice', async () => {
  const stages: Stages = [];
  const first = await newFile('first', stages);
  await first.file.close();
  await first.file.close();
  const [a, b] = [await newFile('a', stages), await newFile('b', stages)];
  await a.file.append([Buffer.from('of a')]);
  await b.file.append([Buffer.from('of b')]);
  for (const { file } of [a, b]) {
    await file.flush();
    await file.close();
  }
  assert.deepEqual([readFileSync(a.path, 'latin1'), readFileSync(b.path, 'latin1')], ['of a', 'of b']);
});

test('a file that is closed while it is written to takes nothing more', async () => {
  const stages: Stages = [];
  const { file } = await newFile('closed', stages);
  const refused = assert.rejects(file.append([Buffer.alloc(3 * 1024 * 1024)]));
  await file.close();
  await refused;
});
