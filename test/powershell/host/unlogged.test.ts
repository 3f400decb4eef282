import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type StepReport } from '#contract';
import { labVms } from '../../../main/lab/vms.ts';
import { quiet } from '../../fixtures/environment.ts';
import { labDeviceId } from '../simulator/cim/windows.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';
import { addForeignShadow } from '../simulator/world.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const wanted = {
  vmId: labVms[0]!.id,
  run: 'r1',
  policy: 'require',
  truncateLogs: true,
  since: null,
  repository: 'repo',
} as const;
const hour = 3_600_000;

/** A requester that dies as soon as it has made its shadow copy, while others make theirs. */
async function dieUnlogged(
  context: Parameters<typeof simulate>[0],
  others: readonly { clientAccessible?: boolean; volume?: string; madeAt?: number }[],
) {
  const { host, world } = await simulate(context, { path: 'shadow', smallDisks: true });
  world.faults.push({ at: 'shadow-create', name: 'requester-dies', times: 1 });
  world.onCall = (call) => {
    if (call !== 'shadow-create') return;
    for (const other of others) addForeignShadow(world, { volume: labDeviceId, ...other });
  };
  const steps: StepReport[] = [];
  const begun = host.beginBackup(wanted, (step) => steps.push(step), quiet.signal);
  await assert.rejects(begun, (error) => hasCode(error, 'host/job-failed'));
  world.onCall = undefined;
  const count = (ours: boolean): number => world.shadows.filter((one) => one.ours === ours).length;
  return { ours: count(true), foreign: count(false), steps };
}

test(
  'a shadow copy whose requester died before it could note it is known by its time, and goes; what others made stays',
  { skip },
  async (context) => {
    const others = [
      { clientAccessible: true },
      { volume: 'another' },
      { madeAt: Date.now() - hour },
      { madeAt: Date.now() + hour },
    ];
    const { ours, foreign } = await dieUnlogged(context, others);
    assert.deepEqual([ours, foreign], [0, others.length]);
  },
);

test('where two shadow copies may be ours neither is touched, and both are told', { skip }, async (context) => {
  const { ours, foreign, steps } = await dieUnlogged(context, [{}]);
  assert.deepEqual([ours, foreign], [1, 1]);
  assert.ok(steps.some(({ detail = '' }) => /one of these may be ours.*\{.*\} \{.*\}/.test(detail)));
});
