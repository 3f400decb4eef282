import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import {
  isStale,
  lockOfThisProcess,
  parseLock,
  staleAfterMs,
  writeLock,
  type LockInfo,
} from '../../../main/engine/repository/locks/lock-file.ts';
import { forSeeds } from '../../fixtures/properties.ts';
import { mutate, type Numbers } from '../../fuzz/mutate.ts';

function anyLock(next: Numbers): LockInfo {
  const text = (): string => String.fromCodePoint(...Array.from({ length: next(12) }, () => 32 + next(0x2000)));
  const kind = (['shared', 'exclusive', 'reading'] as const)[next(3)]!;
  const startedAt = next(2 ** 32) * 1000;
  return {
    kind,
    purpose: text(),
    host: text(),
    pid: next(2 ** 31),
    processStart: text(),
    startedAt,
    refreshedAt: startedAt + next(10_000),
  };
}

test('a lock file reads back as it was written', () =>
  forSeeds(100, (next) => {
    const lock = anyLock(next);
    assert.deepEqual(parseLock(writeLock(lock), 'locks/a'), lock);
  }));

test('a lock file with any byte changed is damaged, never another lock', () =>
  forSeeds(300, (next) => {
    const lock = anyLock(next);
    const bytes = writeLock(lock);
    mutate(bytes, next);
    if (bytes.equals(writeLock(lock))) return;
    assert.throws(
      () => parseLock(bytes, 'locks/a'),
      (error) => error instanceof HostkeepError && error.code === 'repository/lock-damaged',
    );
  }));

test('a lock of a living process here is held, of a dead one not, and of another machine until it was not refreshed for long', () => {
  const now = Date.now();
  const own = lockOfThisProcess('exclusive', 'test', now);
  assert.equal(isStale(own, now), false);
  assert.equal(isStale(own, now + staleAfterMs), false);
  assert.equal(isStale(own, now + staleAfterMs + 1), true);
  assert.equal(isStale({ ...own, pid: 2 ** 22 + 1 }, now), true, 'no such process');
  if (own.processStart !== '') assert.equal(isStale({ ...own, processStart: '1' }, now), true, 'the pid is another process now');
  const elsewhere = { ...own, host: `not-${hostname()}`, pid: 2 ** 22 + 1 };
  assert.equal(isStale(elsewhere, now + staleAfterMs), false);
  assert.equal(isStale(elsewhere, now + staleAfterMs + 1), true);
});
