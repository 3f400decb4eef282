import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RestorePoint } from '#contract';
import { newPointId, publishPoint } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { openHome } from '#service';
import { imageId, rememberedPoints, rememberPoints } from '../../main/service/state/points.ts';
import { newRepository, temporaryFolder } from '../fixtures/environment.ts';

test('the points of a VM are found by its id: under every name that it had, and apart from others of its name', async (context) => {
  const home = openHome(await temporaryFolder(context));
  context.after(() => home.close());
  const repository = await newRepository(memoryStorage(), { reserve: false });
  const made: readonly (readonly [vm: string, vmId: string | null, time: number])[] = [
    ['FS01', 'a', 1],
    ['FS01 old', 'a', 2],
    ['FS01', 'b', 3],
    ['FS01', null, 4],
  ];
  const of = { host: null, consistency: 'crash', run: 'r', disks: [], definition: [] } as const;
  for (const [vm, vmId, time] of made) {
    const point: RestorePoint = { version: 1, id: newPointId(repository), vm, vmId, time, ...of };
    await publishPoint(repository, point);
  }
  await rememberPoints(home.state, repository, 0);
  const timesOf = (vm: string | null): readonly number[] =>
    rememberedPoints(home.state, { vm, repository: null, limit: 100 }).map(({ time }) => time);
  assert.deepEqual(timesOf('a'), [2, 1]);
  assert.deepEqual(timesOf('b'), [3]);
  assert.deepEqual(timesOf(imageId('FS01')), [4]);
  assert.deepEqual(timesOf('FS01'), [4, 3, 1], 'a name is any VM of that name');
  assert.deepEqual(timesOf(null), [4, 3, 2, 1]);
});
