import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { HostkeepError, type RunId } from '#contract';
import type { Hypervisor, VmFacts } from '#engine/ports';
import { findRun, jobBook, openHome } from '#service';
import { startJob } from '../../../main/service/jobs/start-due.ts';
import { announceRun, requestCancel } from '../../../main/service/state/run-control.ts';
import { runDetail } from '../../../main/service/state/run-views.ts';
import { placeRepositoryAt } from '../../fixtures/empty-repository.ts';
import { noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';

const vm: VmFacts = {
  id: 'vm-1',
  name: 'FS01',
  state: 'running',
  generation: 2,
  configurationVersion: '9.0',
  guestOs: 'windows',
  reachable: 'application',
  disks: [],
};

interface Started {
  readonly beginBackup?: Hypervisor['beginBackup'];
  readonly listVms?: Hypervisor['listVms'];
}

/** A job of one VM, whose host does as it is told. */
async function jobOn(context: TestContext, acts: (count: () => number) => Started) {
  const folder = await temporaryFolder(context);
  const [repo, path] = [join(folder, 'repo'), join(folder, 'disk.raw')];
  const secret = await placeRepositoryAt(repo);
  await writeFile(path, noise(64 * 1024, 1));
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  const [record] = home.hosts.list();
  let backups = 0;
  const own = acts(() => backups);
  const hypervisor: Hypervisor = {
    facts: async () => ({ id: 'h', name: 'HV1', kind: 'lab', os: '', changeTracking: false }),
    listVms: async () => [vm],
    preflight: async () => [],
    listResidue: async () => [],
    cleanResidue: async () => undefined,
    ...own,
    async beginBackup(...given) {
      backups += 1;
      if (own.beginBackup !== undefined) return own.beginBackup(...given);
      return {
        consistency: 'application',
        proven: true,
        atRest: true,
        consistencyNote: null,
        takenAt: Date.now(),
        disks: [{ index: 0, label: 'disk', source: { format: 'raw', path }, changed: { known: false, reason: 'no tracking' } }],
        definition: [],
        complete: async () => ({ referencePoint: null, logsTruncated: true, goesOn: null, unconfirmed: null }),
        abort: async () => undefined,
      };
    },
  };
  const job = await jobBook({ home, now: () => Date.now() }).create({
    name: 'Nightly',
    host: 'lab',
    selection: { kind: 'chosen', vms: ['FS01'] },
    repository: { path: repo, passphrase: { kind: 'keystore' } },
    schedule: { timeZone: 'UTC', recurrence: { kind: 'manual' } },
    retry: { attempts: 0 },
    skipUnused: false,
  });
  const opened = { record: record!, hypervisor, close: async () => undefined };
  const options = {
    home: {
      ...home,
      secrets: { ...home.secrets, get: async () => secret },
      hosts: { ...home.hosts, open: async () => opened as unknown as Awaited<ReturnType<typeof home.hosts.open>> },
    },
    hostPassword: async () => '',
    ...quiet,
  };
  return { home, job, options, backups: () => backups };
}

test('a host that goes away right after a run changes nothing of its outcome, and the run is not made again', async (context) => {
  const { home, job, options, backups } = await jobOn(context, (count) => ({
    async listVms() {
      if (count() > 0) throw new HostkeepError('host/unreachable', { host: 'HV1' });
      return [vm];
    },
  }));
  const outcome = await startJob(options, job);
  assert.equal(outcome.result, 'success', JSON.stringify(outcome.error));
  assert.deepEqual([outcome.points.length, outcome.runs.length, backups()], [1, 1, 1]);
  const { steps } = findRun(home.state, outcome.runs[0]!);
  assert.ok(steps.some(({ state, detail }) => state === 'warning' && detail?.startsWith('after the run:')));
});

test('the run that was announced is the one that is made, and shows how far it is; so does a failure to begin', async (context) => {
  const { home, job, options, backups } = await jobOn(context, () => ({}));
  const announced = (): RunId => {
    const id = home.newRunId();
    announceRun(home.state, { id, kind: 'backup', startedAt: 1, repository: '', subjects: [] }, { command: [], lines: [] });
    return id;
  };
  const run = announced();
  const outcome = await startJob({ ...options, run }, job);
  assert.deepEqual([outcome.result, outcome.runs, backups()], ['success', [run], 1]);
  const { run: seen } = runDetail(home.state, run);
  assert.deepEqual([seen.state, seen.vms, seen.command], ['success', ['FS01'], ['hostkeep', 'job', 'run', 'Nightly']]);
  assert.ok((seen.progress?.totalBytes ?? 0) > 0);
  assert.notEqual((await startJob({ ...options, run }, job)).runs[0], run, 'one that is over stays what it was');

  const second = announced();
  const locked = { ...options.home, secrets: { ...home.secrets, get: async () => 'not this one' } };
  const failed = await startJob({ ...options, home: locked, run: second }, job);
  assert.deepEqual([failed.result, failed.runs], ['failed', [second]]);
  assert.equal(findRun(home.state, second).run.error?.code, 'repository/wrong-passphrase');
});

test('a run of a job is cancelled from the console, also while it has not begun', async (context) => {
  const { home, job, options, backups } = await jobOn(context, () => ({
    async beginBackup({ run }, _report, signal) {
      requestCancel(home.state, run);
      await once(signal, 'abort');
      throw signal.reason;
    },
  }));
  const outcome = await startJob(options, job);
  assert.deepEqual([outcome.result, backups()], ['cancelled', 1]);
  assert.equal(findRun(home.state, outcome.runs[0]!).run.state, 'cancelled');

  const run = home.newRunId();
  announceRun(home.state, { id: run, kind: 'backup', startedAt: 1, repository: '', subjects: [] }, { command: [], lines: [] });
  requestCancel(home.state, run);
  const unbegun = await startJob({ ...options, run }, job);
  assert.deepEqual([unbegun.result, backups()], ['cancelled', 1]);
  assert.equal(findRun(home.state, run).run.state, 'cancelled');
});
