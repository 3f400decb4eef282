import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, HostkeepError, type CheckView, type DisksOfVm } from '#contract';
import type { Secrets, VmFacts } from '#engine/ports';
import type { OpenHost } from '#service';
import { consoleRouter, createCallerFactory } from '#service/console';
import { listDeeds } from '../../main/service/state/activity.ts';
import { rememberVms } from '../../main/service/state/inventory.ts';
import { testConsole } from './console-fixture.ts';

const vm: VmFacts = {
  id: '5f0a1c6e-0001-4f5a-9d2e-0f5010000001',
  name: 'FS01',
  state: 'running',
  generation: 2,
  configurationVersion: '9.0',
  guestOs: 'windows',
  reachable: 'application',
  disks: [
    { path: 'C:\\VMs\\FS01\\fs01.vhdx', sizeBytes: 64, allocatedBytes: 64, slot: 'SCSI 0:0' },
    { path: '/vms/data.vhdx', sizeBytes: 128, allocatedBytes: 1 },
  ],
};
const of = { host: 'HV01', vm: vm.id };
const account = { user: 'FS01\\sicherung', password: 'pa$$"w`ord\u20ac' };

function inMemory(): Secrets & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name) => kept.get(name),
    set: async (name, value) => void kept.set(name, value),
    delete: async (name) => void kept.delete(name),
  };
}

test('the account of a guest is tried, kept, told without its password, and removed', async (context) => {
  const { services } = await testConsole(context);
  const { state } = services.home;
  rememberVms(state, 'HV01', [vm], 1);
  const secrets = inMemory();
  const tried: unknown[] = [];
  const answer: CheckView = { id: 'guest-writers', vm: 'FS01', verdict: 'ok', says: '', remedy: '', sentence: null, error: null };
  const host: Pick<OpenHost, 'tryGuest'> = {
    async tryGuest({ name }, given) {
      tried.push([name, given]);
      if (given?.password === 'wrong') throw new HostkeepError('host/guest-credentials', { vm: name });
      return [answer];
    },
  };
  const hosts: typeof services.hosts = { ...services.hosts, with: async (_name, act) => act(host as OpenHost) };
  const { guests } = createCallerFactory(consoleRouter)({ ...services, home: { ...services.home, secrets }, hosts });

  assert.deepEqual(await guests.account(of), { user: null });
  const refused = guests.tryOut({ ...of, given: { ...account, password: 'wrong' } });
  await assert.rejects(refused, ({ cause }) => hasCode(cause, 'host/guest-credentials'));
  assert.deepEqual(await guests.tryOut({ ...of, given: account }), [answer]);
  assert.equal(secrets.kept.size, 0, 'what is only tried is not kept');
  await guests.keep({ ...of, ...account });
  assert.deepEqual(JSON.parse(secrets.kept.get(`guest-${vm.id}`)!), account);
  const told = await guests.account(of);
  assert.deepEqual(told, { user: account.user });
  await guests.tryOut({ ...of, given: null });
  assert.deepEqual(tried.at(-1), ['FS01', undefined], 'whoever is kept');
  await guests.forget(of);
  assert.deepEqual([await guests.account(of), secrets.kept.size], [{ user: null }, 0]);
  await assert.rejects(guests.keep({ ...of, vm: 'another', ...account }), ({ cause }) => hasCode(cause, 'host/vm-not-found'));
  const deeds = listDeeds(state, 100);
  assert.deepEqual(
    deeds.map(({ action, result }) => `${action} ${result}`),
    [
      'vm.credential refused',
      'vm.credential done',
      'vm.credential-try done',
      'vm.credential done',
      'vm.credential-try done',
      'vm.credential-try refused',
    ],
  );
  assert.ok(!JSON.stringify(deeds).includes('pa$$'));
});

test('the disks of VMs are listed as they are counted, with where they are attached', async (context) => {
  const { ask, services } = await testConsole(context);
  rememberVms(services.home.state, 'HV01', [vm], 1);
  const listed = await ask<DisksOfVm[]>('vms.disks', { host: 'HV01' });
  const disks = [
    { slot: 'SCSI 0:0', file: 'fs01.vhdx', sizeBytes: 64 },
    { slot: '', file: 'data.vhdx', sizeBytes: 128 },
  ];
  assert.deepEqual(listed, [{ vm: vm.id, name: 'FS01', disks }]);
  const { state } = services.home;
  const { disks: count } = JSON.parse(String(state.prepare('SELECT facts FROM vms').get()!['facts'])) as { disks: number };
  assert.equal(count, 2);
  // As an earlier version has seen it.
  state.prepare("UPDATE vms SET facts = json_remove(facts, '$.listed')").run();
  assert.deepEqual(await ask('vms.disks', { host: 'HV01' }), [{ vm: vm.id, name: 'FS01', disks: [] }]);
});
