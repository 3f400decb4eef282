import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { runBackup } from '#engine/backup';
import { labHypervisor } from '#lab';
import { openHome } from '#service';
import { labVms } from '../../main/lab/vms.ts';
import { announceRun, endRun } from '../../main/service/state/run-control.ts';
import { listRunViews, runDetail } from '../../main/service/state/run-views.ts';
import { findRun } from '../../main/service/state/runs.ts';
import { clock, quickRepository, quiet, random, temporaryFolder } from '../fixtures/environment.ts';
import { copyLab } from '../fixtures/lab.ts';

test('a run that could not begin says why, and VMs that were asked for by id are recorded by name', async (context) => {
  const folder = await temporaryFolder(context);
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  const repository = await quickRepository();
  const { id, name } = labVms.find((vm) => vm.name === 'LNX01')!;
  const backUp = async (run: string, vm: string): Promise<void> => {
    const how = { policy: 'allow', truncateLogs: false, skipUnused: true } as const;
    const hypervisor = labHypervisor(folder, { clock, random });
    const of = { hypervisor, hostName: 'LAB', repository, journal: home.journal, run, ...quiet };
    await runBackup({ ...of, ...how }, { vms: [vm] });
  };
  const recorded = (run: string) => findRun(home.state, run).run;
  await assert.rejects(backUp('aa01', id), (error) => hasCode(error, 'lab/not-created'));
  assert.deepEqual([recorded('aa01').state, recorded('aa01').error?.code], ['failed', 'lab/not-created']);
  await copyLab(folder);
  await backUp('aa02', id.toUpperCase());
  assert.deepEqual([recorded('aa02').vms, recorded('aa02').error], [[name], null]);
});

test('a list of runs does not carry their reports; one run does', async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const of = { id: 'aa0000000001', kind: 'restore-files', startedAt: 1, repository: 'r', subjects: ['FS01'] } as const;
  announceRun(home.state, of, { command: ['restore-files'], lines: [] });
  const report = { files: 1, skipped: Array.from({ length: 5000 }, (_, at) => ({ path: String(at) })) };
  endRun(home.state, of.id, 'warning', { at: 2, outcome: { report } });
  const [listed] = listRunViews(home.state, { limit: 10, before: null });
  assert.deepEqual([listed?.id, listed?.state, listed?.report], [of.id, 'warning', null]);
  const kept = runDetail(home.state, of.id).run.report;
  assert.deepEqual([kept?.['files'], kept?.['cut']], [1, { skipped: 3000 }]);
});
