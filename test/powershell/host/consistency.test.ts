import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { join } from 'node:path';
import { hasCode, type ConsistencyPolicy, type StepReport, type VmOutcome } from '#contract';
import { runBackup } from '#engine/backup';
import { readPoint, type Repository } from '#engine/repository';
import { openHome } from '#service';
import { quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { hostWith, victim } from '../matrix/run-cell.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

/** One host and one repository; backs the VM up as the engine does it. */
async function bench(context: TestContext) {
  const simulation = await simulate(context, { path: 'checkpoint', smallDisks: true });
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const repository: Repository = await quickRepository();
  const backUp = async (policy: ConsistencyPolicy): Promise<VmOutcome> => {
    const hypervisor = hostWith(simulation, 'checkpoint', 60);
    const of = { hypervisor, hostName: 'HV01', repository, journal: home.journal, run: home.newRunId(), ...quiet };
    const { vms } = await runBackup({ ...of, policy, truncateLogs: true, skipUnused: true }, { vms: [victim.id] });
    return vms[0]!;
  };
  return { ...simulation, repository, backUp };
}

test(
  'a point says application once the host has vouched for it, and crash where the host fell back',
  { skip },
  async (context) => {
    const { world, repository, backUp } = await bench(context);
    const sound = await backUp('require');
    assert.deepEqual([sound.result, sound.consistency], ['success', 'application']);
    assert.equal((await readPoint(repository, sound.point!)).consistency, 'application');
    const fallBack = (): void => void world.faults.push({ at: 'CreateSnapshot', name: 'silent-fallback', times: 1 });
    fallBack();
    const required = await backUp('require');
    assert.deepEqual([required.result, required.error?.code], ['failed', 'host/consistency-not-reached']);
    assert.equal((await readPoint(repository, required.point!)).consistency, 'crash');
    fallBack();
    const warned = await backUp('warn');
    assert.deepEqual([warned.result, warned.consistency], ['warning', 'crash']);
    assert.match(warned.warnings[0]!, /^crash consistency only/);
    assert.equal((await readPoint(repository, warned.point!)).consistency, 'crash');
    assert.equal(world.points.filter((point) => point.ours).length, 1);
  },
);

test(
  'a host that does not say whether the guest took part is not taken at its job’s word: the point claims a crash, and says why',
  { skip },
  async (context) => {
    const { world, repository, backUp } = await bench(context);
    world.faults.push({ at: 'CreateSnapshot', name: 'level-untold', times: 1 });
    const untold = await backUp('warn');
    assert.deepEqual([untold.result, untold.consistency, untold.error], ['warning', 'crash', null]);
    assert.match(untold.warnings[0]!, /could not say/);
    assert.equal((await readPoint(repository, untold.point!)).consistency, 'crash');
    world.faults.push({ at: 'CreateSnapshot', name: 'level-untold', times: 1 });
    const required = await backUp('require');
    assert.deepEqual(
      [required.result, required.consistency, required.error?.code],
      ['failed', 'crash', 'host/consistency-not-reached'],
    );
    assert.equal((await readPoint(repository, required.point!)).consistency, 'crash', 'the point is kept, and claims nothing');
    assert.equal((await backUp('require')).consistency, 'application');
  },
);

test(
  'what VSS calls retryable is tried again within the first attempt of a job, and by the job after that',
  { skip },
  async (context) => {
    const simulation = await bench(context);
    const { world } = simulation;
    const hypervisor = hostWith(simulation, 'checkpoint', 60);
    const tries = async (attempt: number): Promise<number> => {
      world.calls.length = 0;
      world.faults.push({ at: 'CreateSnapshot', name: 'vss-retryable', times: 9 });
      const steps: StepReport[] = [];
      const wanted = { vmId: victim.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, attempt } as const;
      const begun = hypervisor.beginBackup(wanted, (step) => steps.push(step), quiet.signal);
      await assert.rejects(begun, (error) => hasCode(error, 'host/vss-writer-retryable'));
      world.faults.length = 0;
      return world.calls.filter((call) => call === 'CreateSnapshot').length;
    };
    assert.equal(await tries(0), 3);
    assert.equal(await tries(1), 1);
  },
);
