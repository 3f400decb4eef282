import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import { lockOfThisProcess, parseLock, writeLock, type LockInfo } from '../../../main/engine/repository/locks/lock-file.ts';
import { isHolderGone } from '../../../main/engine/repository/locks/stale.ts';
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

test('a lock of a living process here is held and of a dead one not; of another machine nobody can tell by looking once', () => {
  const lock = lockOfThisProcess('exclusive', 'test', 0);
  assert.equal(isHolderGone({ lock }), false, 'whatever its time is');
  assert.equal(isHolderGone({ lock: { ...lock, pid: 2 ** 22 + 1 } }), true, 'no such process');
  if (lock.processStart !== '')
    assert.equal(isHolderGone({ lock: { ...lock, processStart: '1' } }), true, 'the pid is another process now');
  assert.equal(isHolderGone({ lock: { ...lock, host: `not-${hostname()}`, pid: 2 ** 22 + 1 } }), false);
  assert.equal(isHolderGone({ lock: undefined }), false, 'a damaged one may be anybody’s');
});
