import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordedStep, RunProgress, StepReport } from '#contract';
import { standingOfVms } from '../../renderer/pages/run/vm-standing.ts';

let ordinal = 0;
const said = (vm: string, report: Partial<StepReport>): RecordedStep => {
  ordinal += 1;
  return { run: 'r', vm, ordinal, at: ordinal, step: 'preflight', side: 'host', state: 'done', ...report };
};
const bytes = (phase: string, doneBytes: number): RunProgress => ({ phase, doneBytes, totalBytes: 100, at: 0 });

test('VMs that are read at once have their share each; those that are over and those that wait come after', () => {
  const steps = [
    said('A', { step: 'residue-gate' }),
    said('B', { step: 'flush', side: 'guest', state: 'failed' }),
    said('B', { step: 'route-data', state: 'started' }),
    said('C', { step: 'route-data', state: 'started' }),
    said('D', { step: 'preflight', state: 'failed' }),
    said('E', { step: 'flush', state: 'warning' }),
    said('E', { step: 'residue-gate' }),
  ];
  const progress = { ...bytes('C', 10), others: [bytes('B', 40)] };
  const vms = ['A', 'B', 'C', 'D', 'E', 'F'];
  assert.deepEqual(
    standingOfVms({ vms, progress }, steps).map(({ vm, state, step, share }) => [vm, state, step, share]),
    [
      ['B', 'running', 'route-data', 0.4],
      ['C', 'running', 'route-data', 0.1],
      ['D', 'failed', 'preflight', null],
      ['E', 'warning', 'residue-gate', null],
      ['A', 'done', 'residue-gate', null],
      ['F', 'waiting', null, null],
    ],
  );
  assert.deepEqual(
    standingOfVms({ vms: ['A'], progress: null }, []).map(({ state }) => state),
    ['waiting'],
  );
});
