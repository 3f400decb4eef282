import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, type StepReport, type VmOutcome } from '#contract';
import { runBackup } from '#engine/backup';
import { openHome } from '#service';
import { quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { hostWith, victim } from '../matrix/run-cell.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate, type Simulation } from '../simulator/host.ts';
import { settle } from '../simulator/settle.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
/** Longer than any test may take: who waits for the merge is stopped by the runner. */
const limits = { mergeSeconds: 3600 };
const wanted = { vmId: victim.id, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;

const passing = async ({ host }: Simulation): Promise<readonly string[]> =>
  (await host.listResidue()).filter(({ kind }) => kind !== 'reference-point').map(({ kind }) => kind);

/** Cancels as soon as the host says that it merges. */
function cancelling(): { readonly signal: AbortSignal; readonly report: (step: StepReport) => void } {
  const wish = new AbortController();
  const report = ({ detail }: StepReport): void => {
    if (detail === 'the disks are being merged') wish.abort(hostCancel);
  };
  return { signal: wish.signal, report };
}
const hostCancel = new DOMException('cancelled by the test', 'AbortError');

test(
  'a run that is cancelled while the host merges does not wait for it; the merge is noted, and its end seen later',
  { skip },
  async (context) => {
    const simulation = await simulate(context, { path: 'checkpoint', smallDisks: true, limits });
    const { host, world } = simulation;
    const { report, signal } = cancelling();
    const session = await host.beginBackup(wanted, report, signal);
    world.faults.push({ at: 'merge', name: 'merge-hangs', times: 1 });
    const done = await session.complete();
    assert.equal(done.goesOn, 'merge');
    assert.deepEqual([done.referencePoint, await passing(simulation)], [world.points[0]!.id, ['merge']]);
    const [merge] = (await host.listResidue()).filter(({ kind }) => kind === 'merge');
    await assert.rejects(host.cleanResidue(merge!, { wait: false }), (error) => hasCode(error, 'host/merge-timeout'));
    const impatient = AbortSignal.timeout(200);
    await assert.rejects(host.cleanResidue(merge!, { signal: impatient }), (error) => hasCode(error, 'input/cancelled'));
    assert.deepEqual(await passing(simulation), ['merge']);
    await settle(world);
    await host.cleanResidue(merge!);
    assert.deepEqual([await passing(simulation), world.points.length], [[], 1]);
  },
);

test(
  'a run that is cancelled before its data is safe takes the checkpoint back and does not wait for the merge either',
  { skip },
  async (context) => {
    const simulation = await simulate(context, { path: 'checkpoint', smallDisks: true, limits });
    const { host, world } = simulation;
    const older = await (await host.beginBackup(wanted, () => undefined, quiet.signal)).complete();
    const wish = new AbortController();
    const session = await host.beginBackup({ ...wanted, run: 'r2' }, () => undefined, wish.signal);
    world.faults.push({ at: 'merge', name: 'merge-hangs', times: 1 });
    wish.abort();
    await session.abort('cancelled');
    assert.deepEqual([world.snapshots, await passing(simulation)], [[], ['merge']]);
    await settle(world);
    for (const item of (await host.listResidue()).filter(({ kind }) => kind === 'merge')) await host.cleanResidue(item);
    assert.deepEqual(
      (await host.listResidue()).map(({ kind, id }) => [kind, id]),
      [['reference-point', older.referencePoint]],
    );
  },
);

test(
  'a run that is cancelled while the host ends the backup does not wait for it, and the next one takes the shadow copies away',
  { skip },
  async (context) => {
    const slow = { jobSeconds: 3600 };
    const simulation = await simulate(context, { path: 'shadow', smallDisks: true, limits: slow });
    const { host, world } = simulation;
    const wish = new AbortController();
    const steps: StepReport[] = [];
    const report = (step: StepReport): void => {
      steps.push(step);
      if (step.step === 'post-backup' && step.side === 'host') wish.abort(hostCancel);
    };
    const session = await host.beginBackup(wanted, report, wish.signal);
    world.faults.push({ at: 'shadow-end', name: 'slow', times: 1 });
    const done = await session.complete();
    assert.deepEqual([done.goesOn, done.logsTruncated], ['shadow-copy', false]);
    assert.ok(steps.some(({ state, detail }) => state === 'warning' && /the next run cleans up/.test(detail ?? '')));
    assert.deepEqual(await passing(simulation), ['shadow-copy']);
    const [left] = await host.listResidue();
    await host.cleanResidue(left!);
    assert.deepEqual([await passing(simulation), world.shadows.filter((one) => one.ours), world.truncated], [[], [], []]);
    const next = await host.beginBackup({ ...wanted, run: 'r2' }, () => undefined, quiet.signal);
    assert.ok((await next.complete()).logsTruncated);
  },
);

/** One host and one repository, and runs by the engine as the command makes them. */
async function bench(context: TestContext) {
  const simulation = await simulate(context, { path: 'checkpoint', smallDisks: true, limits });
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const repository = await quickRepository();
  const backUp = async (onStep: (step: StepReport) => void, signal: AbortSignal): Promise<VmOutcome> => {
    const journal: typeof home.journal = {
      ...home.journal,
      step(run, vm, step) {
        home.journal.step(run, vm, step);
        onStep(step);
      },
    };
    const of = { hypervisor: hostWith(simulation, 'checkpoint', 60, limits), hostName: 'HV01', repository, journal };
    const how = { policy: 'require', truncateLogs: true, skipUnused: false, onProgress: quiet.onProgress, signal } as const;
    const { vms } = await runBackup({ ...of, ...how, run: home.newRunId() }, { vms: [victim.id] });
    return vms[0]!;
  };
  return { ...simulation, backUp };
}

test(
  'a merge that stands still keeps the next run for no longer than the host is to be waited for, and the run says what is left',
  { skip },
  async (context) => {
    const { host, world, backUp } = await bench(context);
    world.faults.push({ at: 'merge', name: 'merge-hangs', times: 1 });
    const { report, signal } = cancelling();
    await backUp(report, signal);
    const steps: StepReport[] = [];
    const next = await backUp((step) => steps.push(step), quiet.signal);
    assert.ok(steps.some(({ step, state }) => step === 'recover' && state === 'failed'));
    assert.deepEqual([next.result, next.point, next.error?.code], ['failed', null, 'host/vm-busy']);
    assert.ok((await host.listResidue()).some(({ kind }) => kind === 'merge'));
    await settle(world);
    const later = await backUp(() => undefined, quiet.signal);
    assert.deepEqual([later.result, later.fullReadReason], ['success', null]);
  },
);

test(
  'after a run that was cancelled in its merge the point stands, and the next run reads changes only',
  { skip },
  async (context) => {
    const { world, backUp } = await bench(context);
    world.faults.push({ at: 'merge', name: 'merge-hangs', times: 1 });
    const { report, signal } = cancelling();
    const cancelled = await backUp(report, signal);
    assert.deepEqual([cancelled.result, cancelled.error, cancelled.consistency], ['warning', null, 'application']);
    assert.match(cancelled.warnings[0]!, /^cancelled while the host merged/);
    await settle(world);
    const next = await backUp(() => undefined, quiet.signal);
    assert.deepEqual([next.result, next.fullReadReason], ['success', null]);
  },
);
