import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proofs } from '../../../../main/engine/recovery/publish/read-path/proofs.ts';

const one = { key: 'one', offset: 0, length: 4096 };
const two = { key: 'two', offset: 4096, length: 8192 };

test('what was proved of a group stays proved as long as its sealed bytes bear the same tag', () => {
  const known = proofs(10);
  assert.deepEqual(known.lacking('pack/0', [one, two]), [one, two]);
  known.opened('pack/0', 'tag').set(one.offset, one);
  assert.deepEqual(known.lacking('pack/0', [one, two]), [two]);
  assert.deepEqual(known.lacking('pack/1', [one]), [one], 'another group has nothing of it');
  assert.equal(known.opened('pack/0', 'tag').size, 1);
  assert.equal(known.opened('pack/0', 'another').size, 0, 'other bytes: nothing is proved');
  assert.deepEqual(known.lacking('pack/0', [one]), [one]);
});

test('a chunk is proved by its name, its place and its length together', () => {
  const known = proofs(10);
  known.opened('pack/0', 'tag').set(one.offset, one);
  for (const other of [
    { ...one, key: 'two' },
    { ...one, offset: 512 },
    { ...one, length: 8192 },
  ])
    assert.deepEqual(known.lacking('pack/0', [other]), [other]);
});

test('of more groups than it keeps the one that was opened longest ago is forgotten', () => {
  const known = proofs(2);
  for (const name of ['a', 'b', 'a', 'c']) known.opened(name, 'tag').set(one.offset, one);
  assert.deepEqual(
    ['a', 'b', 'c'].filter((name) => known.lacking(name, [one]).length === 0),
    ['a', 'c'],
  );
});
