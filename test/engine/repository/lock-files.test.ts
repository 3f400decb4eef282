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
    ...(next(2) === 0 ? {} : { computer: text(), boot: text() }),
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

test('a lock of a living process here is held and of a dead one not, whatever the time is', () => {
  const lock = lockOfThisProcess('exclusive', 'test', 0);
  for (const modifiedAt of [0, now]) {
    assert.equal(isHolderGone({ lock, modifiedAt }, now), false);
    assert.equal(isHolderGone({ lock: { ...lock, pid: noProcess }, modifiedAt }, now), true, 'no such process');
    if (lock.processStart !== '')
      assert.equal(
        isHolderGone({ lock: { ...lock, processStart: '1' }, modifiedAt }, now),
        true,
        'the pid is another process now',
      );
    assert.equal(isHolderGone({ lock: undefined, modifiedAt }, now), false, 'a damaged one may be anybody’s');
  }
});

const hour = 3_600_000;
const now = 1000 * hour;
const noProcess = 2 ** 22 + 1;

test('a lock of another computer is never taken by looking once, though it has our name, our id and a number that no process here has', () => {
  const here = { host: 'localhost', computer: 'c1', boot: 'b1 pid:[1]', upMs: hour };
  const lock = { ...lockOfThisProcess('exclusive', 'test', 0), ...here, pid: noProcess };
  const gone = (of: Partial<LockInfo>, ageMs: number, at = here): boolean =>
    isHolderGone({ lock: { ...lock, ...of }, modifiedAt: now - ageMs }, now, at);
  assert.equal(gone({}, 0), true, 'this start of this computer');
  assert.equal(gone({ boot: 'b2 pid:[1]', computer: 'c2' }, 100 * hour), false, 'another computer called localhost');
  assert.equal(gone({ boot: 'b2 pid:[1]' }, 60_000), false, 'a clone of all of us, that refreshes it');
  assert.equal(gone({ boot: 'b2 pid:[1]' }, hour + 1), true, 'this computer, before it was started');
  assert.equal(gone({ boot: 'b1 pid:[2]' }, 100 * hour), false, 'another container on this computer');
  const windows = { ...here, boot: '' };
  assert.equal(gone({ boot: '' }, 0, windows), true, 'where starts have no id, the same cards');
  assert.equal(gone({ boot: '', computer: 'c2' }, 100 * hour, windows), false, 'other cards');
  assert.equal(gone({ boot: 'b1 pid:[1]' }, 100 * hour, windows), false);
});

test('locks of versions that knew nothing but the name of the computer are judged by it', () => {
  const { computer: _computer, boot: _boot, ...lock } = lockOfThisProcess('exclusive', 'test', 0);
  const parsed = parseLock(writeLock({ ...lock, pid: noProcess }), 'locks/a');
  assert.equal(isHolderGone({ lock: parsed, modifiedAt: now }, now), true);
  assert.equal(isHolderGone({ lock: { ...parsed, host: `not-${hostname()}` }, modifiedAt: now }, now), false);
  assert.equal(isHolderGone({ lock, modifiedAt: now }, now), false);
});
