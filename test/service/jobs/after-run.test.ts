import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import type { Hypervisor, VmFacts } from '#engine/ports';
import { findRun, jobBook, openHome } from '#service';
import { startJob } from '../../../main/service/jobs/start-due.ts';
import { placeRepositoryAt } from '../../fixtures/empty-repository.ts';
import { noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';

test('a host that goes away right after a run changes nothing of its outcome, and the run is not made again', async (context) => {
  const folder = await temporaryFolder(context);
  const [repo, path] = [join(folder, 'repo'), join(folder, 'disk.raw')];
  const secret = await placeRepositoryAt(repo);
  await writeFile(path, noise(64 * 1024, 1));
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  const [record] = home.hosts.list();
  let backups = 0;
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
  const hypervisor: Hypervisor = {
    facts: async () => ({ id: 'h', name: 'HV1', kind: 'lab', os: '', changeTracking: false }),
    async listVms() {
      if (backups > 0) throw new HostkeepError('host/unreachable', { host: 'HV1' });
      return [vm];
    },
    preflight: async () => [],
    listResidue: async () => [],
    cleanResidue: async () => undefined,
    async beginBackup() {
      backups += 1;
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
  const outcome = await startJob(options, job);
  assert.equal(outcome.result, 'success', JSON.stringify(outcome.error));
  assert.deepEqual([outcome.points.length, outcome.runs.length, backups], [1, 1, 1]);
  const { steps } = findRun(home.state, outcome.runs[0]!);
  assert.ok(steps.some(({ state, detail }) => state === 'warning' && detail?.startsWith('after the run:')));
});
