import assert from 'node:assert/strict';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { asHostkeepError, type ErrorCode } from '#contract';
import { quiet } from '../../fixtures/environment.ts';
import { victim } from '../matrix/run-cell.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate, type Simulation } from '../simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const wanted = { vmId: victim.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;

const failing = async ({ host }: Simulation): Promise<{ readonly code: ErrorCode; readonly says: string }> => {
  const error = await host
    .beginBackup(wanted, () => undefined, quiet.signal)
    .then(
      () => assert.fail('it went well'),
      (caught: unknown) => asHostkeepError(caught),
    );
  return { code: error.code, says: String(error.details['says'] ?? '') };
};

test('a job that is not there has vanished; one that may not be looked at has not', { skip }, async (context) => {
  const simulation = await simulate(context, { path: 'checkpoint', smallDisks: true });
  simulation.world.faults.push({ at: 'CreateSnapshot', name: 'job-vanishes', times: 1 });
  assert.equal((await failing(simulation)).code, 'host/job-vanished');
  // Instances are asked for without a class: the first of them is the job.
  simulation.world.faults.push({ at: 'Get-CimInstance', name: 'denied', times: 1 });
  assert.equal((await failing(simulation)).code, 'host/access-denied');
});

test(
  'what breaks in the simulation itself is told as such, by none of the failures that scripts know',
  { skip },
  async (context) => {
    const simulation = await simulate(context, { path: 'checkpoint', smallDisks: true });
    const state = join(simulation.home, 'lab', 'lab.json');
    simulation.world.onCall = (call) => {
      if (call !== 'CreateSnapshot') return;
      simulation.world.onCall = undefined;
      void rename(state, `${state}.away`);
    };
    const { code, says } = await failing(simulation);
    assert.equal(code, 'host/script-failed');
    assert.match(says, /The lab host does not exist/);
    await rm(`${state}.away`);
  },
);
