import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeQueue } from '../../../main/engine/repository/pack/write-queue.ts';

test('nothing is left behind, whatever moment it comes at', async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const written: string[] = [];
    const queue = writeQueue<string>(async (file, pieces) => void written.push(`${file} ${Buffer.concat(pieces).toString()}`));
    queue.append('a', Buffer.from('first'));
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    queue.append('b', Buffer.from('second'));
    queue.end(async () => void written.push('ended'));
    await queue.settled();
    assert.deepEqual(written, ['a first', 'b second', 'ended'], `after ${turns} turns`);
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

test('bytes of the next file do not wait until the last one is flushed, its end does', async () => {
  const written: string[] = [];
  const flushed = Promise.withResolvers<void>();
  const queue = writeQueue<string>(async (file) => void written.push(file));
  queue.append('a', Buffer.from('x'));
  queue.end(() => flushed.promise.then(() => void written.push('end of a')));
  queue.append('b', Buffer.from('x'));
  await queue.written();
  assert.deepEqual(written, ['a', 'b']);
  queue.end(async () => void written.push('end of b'));
  setImmediate(flushed.resolve);
  await queue.settled();
  assert.deepEqual(written, ['a', 'b', 'end of a', 'end of b']);
});

test('a file that could not be ended is told, after everything has come to rest', async () => {
  let rested = false;
  const queue = writeQueue<string>(async () => undefined);
  queue.end(() => Promise.reject(new Error('gone')));
  queue.end(async () => void (rested = true));
  await assert.rejects(queue.settled(), /gone/);
  assert.equal(rested, false, 'what comes after a failure is not begun');
});
