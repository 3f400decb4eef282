import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RestorePoint } from '#contract';
import { checkTarget } from '#engine/backup';
import type { VmFacts } from '#engine/ports';
import { memoryStorage } from '#engine/storage';

const gib = 1024 ** 3;
const vm = { id: 'a', name: 'A', disks: [{ path: 'a', sizeBytes: 100 * gib, allocatedBytes: 10 * gib }] } as unknown as VmFacts;
const point = { vmId: 'a', disks: [{ newBytes: gib }] } as unknown as RestorePoint;
const free = (bytes: number | undefined) => ({ storage: { ...memoryStorage(), freeBytes: async () => bytes } });

test('room is judged by what the run before added, and at first by what the disks hold', async () => {
  const verdicts = async (bytes: number | undefined, points: readonly RestorePoint[]) => {
    const { verdict } = await checkTarget(free(bytes), [vm], points);
    return verdict;
  };
  assert.equal(await verdicts(8 * gib, []), 'ok');
  assert.equal(await verdicts(6 * gib, []), 'warning');
  assert.equal(await verdicts(3 * gib, [point]), 'ok');
  assert.equal(await verdicts(gib, [point]), 'warning');
  assert.equal(await verdicts(undefined, []), 'ok');
  assert.match((await checkTarget(free(6 * gib), [vm], [])).says, /has 6\.0 GiB free; this run may add about 7\.0 GiB/);
  assert.match((await checkTarget(free(gib), [], [])).says, /1\.0 GiB free; this run may add about 0 MiB/);
});
