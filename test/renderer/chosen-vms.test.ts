import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNamed, specsOf } from '../../renderer/pages/jobs/chosen-vms.ts';

const here = [
  { id: 'a1', name: 'WEB' },
  { id: 'b2', name: 'web' },
  { id: 'c3', name: 'DB' },
];
const pickedBy = (chosen: readonly string[]): readonly string[] =>
  here.filter((vm) => chosen.some((spec) => isNamed(vm, spec))).map(({ id }) => id);

test('of two VMs of one name each can be chosen without the other', () => {
  const [web, twin, db] = here as [(typeof here)[0], (typeof here)[0], (typeof here)[0]];
  const one = specsOf([web, db], { chosen: ['WEB', 'DB'], here });
  assert.deepEqual(one, ['a1', 'DB']);
  assert.deepEqual(pickedBy(one), ['a1', 'c3']);
  assert.deepEqual(pickedBy(specsOf([twin], { chosen: one, here })), ['b2']);
});

test('a VM that a job names by its id stays named so, another by its name', () => {
  assert.deepEqual(specsOf([here[2]!], { chosen: ['C3'], here }), ['C3']);
  assert.deepEqual(specsOf([here[2]!], { chosen: [], here }), ['DB']);
});
