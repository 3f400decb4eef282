import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Residue } from '#engine/ports';
import { unneededPoints } from '../../../main/engine/backup/unneeded-points.ts';

const day = 86_400_000;
const now = 1000 * day;

const point = (of: Partial<Residue>): Residue => ({
  kind: 'reference-point',
  id: 'ref',
  vmId: 'vm1',
  vm: 'VM1',
  run: 'r1',
  repository: 'repo',
  at: now - day,
  ...of,
});

/** What of these goes, where the journal knows these runs as over and these points as starts. */
function dropped(
  residue: readonly Residue[],
  known: { over?: string[]; alive?: string[]; starts?: string[]; intends?: string[] },
) {
  const { over = [], alive = [], starts = [], intends = [] } = known;
  const journal = {
    isAlive: (run: string) => alive.includes(run),
    isOver: (run: string) => over.includes(run),
    baseline: (repository: string, vmId: string) => {
      const found = residue.find((one) => one.repository === repository && one.vmId === vmId && starts.includes(one.id));
      return found === undefined ? undefined : { referencePoint: found.id, point: 'p', files: [] };
    },
    intendedBaseline: (repository: string, vmId: string) => {
      const found = residue.find((one) => one.repository === repository && one.vmId === vmId && intends.includes(one.run));
      return found === undefined ? undefined : { run: found.run, point: 'p', files: [] };
    },
  };
  return unneededPoints(residue, journal, now).map(({ item, why }) => `${item.id}: ${why}`);
}

test('a reference point goes that a run of this console left and nobody remembers as a start; what a run is about to start from stays', () => {
  assert.deepEqual(dropped([point({})], { over: ['r1'] }), [
    'ref: reference point of run r1 dropped: no run starts from it any more',
  ]);
  assert.deepEqual(dropped([point({})], { over: ['r1'], starts: ['ref'] }), []);
  assert.deepEqual(dropped([point({})], { over: ['r1'], intends: ['r1'] }), [], 'its run died before it was written down');
  assert.deepEqual(dropped([point({})], { alive: ['r1'] }), []);
  assert.deepEqual(dropped([point({})], {}), [], 'it may be of another console');
});

test('a reference point goes that nothing was backed up from for a hundred days, whoever has made it', () => {
  const [old, quarterly] = [
    point({ id: 'old', at: now - 101 * day }),
    point({ id: 'quarterly', vmId: 'vm2', at: now - 93 * day }),
  ];
  assert.deepEqual(dropped([old, quarterly], { starts: ['old', 'quarterly'], over: ['r1'] }), [
    'old: reference point of run r1 dropped: nothing was backed up from it for 100 days',
  ]);
});

test('of one VM eight reference points are kept, the newest; of a VM on which something is going on nothing is touched', () => {
  const many = Array.from({ length: 10 }, (_, at) =>
    point({ id: `ref${at}`, repository: `repo${at}`, at: now - (10 - at) * day }),
  );
  const others = [point({ id: 'other', vmId: 'vm2' })];
  const all = [...many, ...others];
  assert.deepEqual(
    dropped(all, {}).map((line) => line.slice(0, 4)),
    ['ref1', 'ref0'],
  );
  assert.deepEqual(dropped([...all, { ...point({}), kind: 'checkpoint', id: 'c' }], {}), []);
});

test('a reference point of a build that did not note whose it is stays for the next run of its VM', () => {
  const { repository: _none, ...unnoted } = point({ at: 0 });
  assert.deepEqual(dropped([unnoted], { over: ['r1'] }), []);
});
