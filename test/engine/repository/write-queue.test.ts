import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeQueue } from '../../../main/engine/repository/pack/write-queue.ts';

test('nothing is left behind, whatever moment it comes at', async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const written: string[] = [];
    const queue = writeQueue<string>(async (file, bytes) => void written.push(`${file} ${bytes.toString()}`));
    queue.append('a', Buffer.from('first'));
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    queue.append('b', Buffer.from('second'));
    queue.after(async () => void written.push('after'));
    await queue.settled();
    assert.deepEqual(written, ['a first', 'b second', 'after'], `after ${turns} turns`);
    assert.equal(queue.waitingBytes(), 0);
  }
});

test('the first failure is told ever after', async () => {
  const queue = writeQueue<string>(() => Promise.reject(new Error('full')));
  queue.append('a', Buffer.from('x'));
  await assert.rejects(queue.settled(), /full/);
  queue.append('a', Buffer.from('y'));
  await assert.rejects(queue.settled(), /full/);
});
