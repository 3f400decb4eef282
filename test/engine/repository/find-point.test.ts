import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type RestorePoint } from '#contract';
import { findPoint, findPointId, publishPoint } from '#engine/repository';
import { quickRepository } from '../../fixtures/environment.ts';

const point = (id: string, vm: string, vmId: string | null, time: number): RestorePoint => ({
  version: 1,
  id,
  vm,
  vmId,
  host: 'HV01',
  time,
  consistency: 'crash',
  run: 'r1',
  disks: [],
  definition: [],
});

test('of two VMs with one name neither is given for the other; their ids tell them apart', async () => {
  const repository = await quickRepository();
  const first = '0000000000000001';
  const second = '0000000000000002';
  await publishPoint(repository, point(first, 'FS01', 'id-a', 1));
  await publishPoint(repository, point('00000000000000f0', 'fs01', 'id-c', 9));
  assert.equal((await findPoint(repository, 'FS01@latest')).id, first, 'as it is written comes first');
  await publishPoint(repository, point(second, 'FS01', 'id-b', 2));
  await assert.rejects(findPoint(repository, 'FS01@latest'), (error) => {
    assert.ok(hasCode(error, 'input/ambiguous'));
    return assert.deepEqual(error.details['ids'], ['id-a', 'id-b']) ?? true;
  });
  assert.equal(await findPointId(repository, 'ID-A@latest'), first);
  assert.equal((await findPoint(repository, 'id-b@latest')).id, second);
  await assert.rejects(findPoint(repository, 'NOBODY@latest'), (error) => hasCode(error, 'input/not-found'));
});
