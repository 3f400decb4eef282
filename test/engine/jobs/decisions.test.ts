import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { atMost, excludedDisksOf, isPassing, obstacleOf, retryPauseMs, selectVms, type RunClaim } from '#engine/jobs';
import { tries } from '../../fixtures/properties.ts';

const vms = [
  { id: 'a1', name: 'FS01', tags: ['Gold'] },
  { id: 'a2', name: 'APP01', tags: ['gold', 'sql'] },
  { id: 'a3', name: 'LNX01', tags: [] },
];
const names = (selection: Parameters<typeof selectVms>[0]) => selectVms(selection, vms).vms.map((vm) => vm.name);

test('a job selects by choice, by tag, or all of the host, and leaves out what is excluded', () => {
  assert.deepEqual(names({ selection: { kind: 'all' }, excludedVms: ['lnx01'] }), ['FS01', 'APP01']);
  assert.deepEqual(names({ selection: { kind: 'tagged', tags: ['GOLD'] }, excludedVms: ['a1'] }), ['APP01']);
  assert.deepEqual(names({ selection: { kind: 'chosen', vms: ['A3', 'fs01', 'gone'] }, excludedVms: [] }), ['FS01', 'LNX01']);
  assert.deepEqual(selectVms({ selection: { kind: 'chosen', vms: ['gone'] }, excludedVms: [] }, vms).missing, ['gone']);
  assert.deepEqual(
    selectVms({ selection: { kind: 'chosen', vms: ['FS01'] }, excludedVms: ['FS01'] }, vms),
    { vms: [], missing: [] },
    'who is excluded is not missing',
  );
  const excludedDisks = ['app01', 'other'].map((vm) => ({ vm, disk: 1, was: null, chosenAt: null }));
  assert.deepEqual(excludedDisksOf({ excludedDisks }, vms[1]!), [excludedDisks[0]]);
});

test('runs that share a job, a VM or a repository never go on together', () => {
  const claim = fc.record({
    job: fc.constantFrom('j1', 'j2', 'j3'),
    repository: fc.constantFrom('r1', 'r2', 'r3'),
    vms: fc.uniqueArray(fc.constantFrom('v1', 'v2', 'v3', 'v4'), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 12 }), (wanted) => {
      const running: RunClaim[] = [];
      for (const one of wanted) if (obstacleOf(one, running) === undefined) running.push(one);
      for (const key of ['job', 'repository'] as const) {
        const used = running.map((one) => one[key]);
        assert.equal(new Set(used).size, used.length, key);
      }
      const used = running.flatMap((one) => one.vms);
      assert.equal(new Set(used).size, used.length);
      const waiting = wanted.filter((one) => !running.includes(one));
      assert.ok(waiting.every((one) => obstacleOf(one, running) !== undefined));
    }),
    tries(100),
  );
});

test('pauses double up to the longest, and end with the attempts', () => {
  const policy = { attempts: 6, pauseMinutes: 5, longestPauseMinutes: 60 };
  const minutes = [0, 1, 2, 3, 4, 5, 6].map((attempt) => retryPauseMs(policy, attempt, 0.5));
  assert.deepEqual(
    minutes.map((pause) => (pause === null ? null : pause / 60_000)),
    [5, 10, 20, 40, 60, 60, null],
  );
  assert.ok(retryPauseMs(policy, 0, 0)! < retryPauseMs(policy, 0, 1)!);
  assert.ok(isPassing('host/unreachable') && !isPassing('repository/wrong-passphrase') && !isPassing('storage/full'));
});

test('no more than the limit at a time, also when the limit tightens meanwhile; results keep their order', async () => {
  let [limit, now, most] = [3, 0, 0];
  const ends: (() => void)[] = [];
  const done = atMost(
    () => limit,
    [1, 2, 3, 4, 5, 6],
    async (item) => {
      now += 1;
      most = Math.max(most, now);
      assert.ok(now <= limit || item <= 3);
      await new Promise<void>((resolve) => ends.push(resolve));
      now -= 1;
      return item * 10;
    },
  );
  while (ends.length < 3) await new Promise(setImmediate);
  limit = 1;
  for (let ended = 0; ended < 6; ended += 1) {
    while (ends.length === 0) await new Promise(setImmediate);
    ends.pop()!();
  }
  assert.deepEqual(await done, [10, 20, 30, 40, 50, 60]);
  assert.equal(most, 3);
  const begun: number[] = [];
  await assert.rejects(
    atMost(
      () => 1,
      [1, 2, 3],
      (item) => (begun.push(item), item === 2 ? Promise.reject(new Error('no')) : Promise.resolve(item)),
    ),
    /no/,
  );
  assert.deepEqual(begun, [1, 2]);
});
