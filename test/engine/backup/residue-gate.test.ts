import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runBackup } from '#engine/backup';
import type { Hypervisor, Residue } from '#engine/ports';
import { listPoints } from '#engine/repository';
import { labHypervisor } from '#lab';
import { findRun, openHome } from '#service';
import { clock, quickRepository, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';
import { copyLab } from '../../fixtures/lab.ts';

/** A run of one VM on a host that says that all went well, and then lists what is given beside what there is. */
async function runThatLeaves(
  context: TestContext,
  left: (of: { readonly run: string; readonly vmId: string }) => Partial<Residue>,
) {
  const folder = join(await temporaryFolder(context), 'home');
  await copyLab(folder);
  const home = openHome(folder);
  context.after(() => home.close());
  const lab = labHypervisor(folder, { clock, random });
  const vmId = (await lab.listVms()).find(({ name }) => name === 'LNX01')!.id;
  const run = home.newRunId();
  const residue = { kind: 'checkpoint', id: 'left-over', vm: 'LNX01', vmId, run, ...left({ run, vmId }) } as Residue;
  let completed = false;
  const hypervisor: Hypervisor = {
    ...lab,
    async beginBackup(...words) {
      const session = await lab.beginBackup(...words);
      const complete: typeof session.complete = async (onReached) => {
        completed = true;
        return session.complete(onReached);
      };
      return { ...session, complete };
    },
    listResidue: async () => (completed ? [...(await lab.listResidue()), residue] : lab.listResidue()),
  };
  const repository = await quickRepository();
  const how = { policy: 'require', truncateLogs: false, skipUnused: false, ...quiet } as const;
  const of = { hypervisor, hostName: 'LAB', repository, journal: home.journal, run, ...how };
  const { result, vms } = await runBackup(of, { vms: ['LNX01'] });
  assert.ok(completed);
  const gate = findRun(home.state, run).steps.filter(({ step }) => step === 'residue-gate');
  return { result, vm: vms[0]!, gate: gate.map(({ state }) => state), points: (await listPoints(repository)).points };
}

test('a run after which something of it lies on the host is no success, whatever the host says; its restore point stays', async (context) => {
  for (const kind of ['checkpoint', 'shadow-copy'] as const) {
    const { result, vm, gate, points } = await runThatLeaves(context, () => ({ kind }));
    assert.deepEqual([result, vm.error?.code, gate], ['failed', 'host/residue', ['failed']]);
    assert.match(JSON.stringify(vm.error?.details), new RegExp(`${kind} left-over`));
    assert.deepEqual([points.map(({ id }) => id), vm.warnings.length], [[vm.point], 1]);
  }
});

test('what others have left, and the reference point that a run is meant to leave, close no gate', async (context) => {
  const others = [
    () => ({ run: 'another' }),
    () => ({ vmId: 'another', vm: 'FS01' }),
    () => ({ kind: 'reference-point' as const, id: 'this one' }),
  ];
  for (const left of others) {
    const { result, vm, gate } = await runThatLeaves(context, left);
    assert.deepEqual([result, vm.error, gate], ['success', null, ['done']]);
  }
});

test('a run cleans up after runs of its own console that are over; what is in use, or of nobody it knows, it leaves', async (context) => {
  const folder = join(await temporaryFolder(context), 'home');
  await copyLab(folder);
  const home = openHome(folder);
  context.after(() => home.close());
  const lab = labHypervisor(folder, { clock, random });
  const repository = await quickRepository();
  const begun = { kind: 'backup', startedAt: 1, pid: process.pid, repository: repository.id, vms: ['FS01'] } as const;
  const [over, alive] = [home.newRunId(), home.newRunId()];
  for (const id of [over, alive]) home.journal.begin({ ...begun, id });
  home.journal.end(over, 'failed', { run: over, result: 'failed' } as Parameters<typeof home.journal.end>[2]);
  const cleaned: string[] = [];
  const left = [over, alive, 'unknown'].map((run): Residue => ({
    kind: 'checkpoint',
    id: `of ${run}`,
    vm: 'FS01',
    vmId: 'f',
    run,
  }));
  const hypervisor: Hypervisor = {
    ...lab,
    listResidue: async () => [...left.filter(({ run }) => !cleaned.includes(run)), ...(await lab.listResidue())],
    cleanResidue: async ({ run }) => void cleaned.push(run),
  };
  const run = home.newRunId();
  const how = { policy: 'require', truncateLogs: false, skipUnused: false, ...quiet } as const;
  const { result } = await runBackup(
    { hypervisor, hostName: 'LAB', repository, journal: home.journal, run, ...how },
    { vms: ['LNX01'] },
  );
  assert.deepEqual([result, cleaned], ['success', [over]]);
  const told = findRun(home.state, run).steps.filter(({ step }) => step === 'recover');
  assert.deepEqual(
    told.map(({ state, detail }) => [state, /run (\w+)/.exec(detail ?? '')?.[1]]),
    [
      ['done', over],
      ['warning', 'unknown'],
    ],
  );
});
