import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hypervisor, VmFacts } from '#engine/ports';
import { jobBook, listRuns, openHome, runJob, systemClock } from '#service';
import { tryClaim } from '../../../main/service/state/claims.ts';
import { requestCancel } from '../../../main/service/state/run-control.ts';
import { quickRepository, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';

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
  listVms: async () => [vm],
  preflight: async () => [],
  listResidue: async () => [],
  cleanResidue: async () => undefined,
  beginBackup: () => assert.fail('its turn never came'),
};

test('the run of a job shows in its row for whom it waits, and ends when it is cancelled there', async (context) => {
  const folder = await temporaryFolder(context);
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  const repository = await quickRepository();
  const job = await jobBook({ home, now: Date.now }).create({
    name: 'Nightly',
    host: 'lab',
    selection: { kind: 'all' },
    schedule: { timeZone: 'UTC', recurrence: { kind: 'manual' } },
    repository: { path: '/memory', passphrase: { kind: 'keystore' } },
  });
  assert.equal(tryClaim(home.state, 'a1b2c3d4e5f6', { job: 'another', repository: 'other', vms: [vm.id] }), undefined);
  const running = runJob({ home, clock: systemClock, random, hypervisor, hostName: 'HV1', repository, ...quiet }, job);

  const progressOf = (): unknown => home.state.prepare('SELECT progress FROM runs').get()?.['progress'];
  for (let looks = 0; typeof progressOf() !== 'string' && looks < 3000; looks += 1) await sleep(20);
  assert.match(String(progressOf()), /waiting: VM vm-1 is being backed up by job another/);
  requestCancel(home.state, listRuns(home.state, 1)[0]!.id);
  const outcome = await running;
  assert.deepEqual([outcome.result, outcome.error?.code], ['cancelled', 'input/cancelled']);
  assert.equal(listRuns(home.state, 9).length, 1, 'it is not tried again');
  assert.equal(listRuns(home.state, 1)[0]!.state, 'cancelled');
});
