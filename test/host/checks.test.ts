import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PreflightCheck } from '#engine/ports';
import { defaultLimits, type HostOptions } from '#host';
import { checksOf } from '../../main/host/checks.ts';
import type { DiskAnswer, HostAnswer, VmAnswer } from '../../main/host/operations/discover.ts';
import type { History } from '../../main/host/operations/history.ts';
import { clock } from '../fixtures/environment.ts';

const host: HostAnswer = {
  name: 'HV01',
  caption: 'Windows Server 2022',
  version: '10.0.20348',
  productType: 3,
  elevated: true,
  hyperV: true,
  managementRuns: true,
  roles: ['vmms'],
  guestBackupType: true,
  changeTracking: true,
  volumes: [{ name: 'D:\\', freeBytes: 500, sizeBytes: 1000 }],
};
const disk: DiskAnswer = {
  controller: 'SCSI',
  number: 0,
  location: 0,
  path: 'D:\\VMs\\a.vhdx',
  passThrough: false,
  shared: false,
  format: 'VHDX',
  type: 'Dynamic',
  sizeBytes: 100,
  fileBytes: 50,
  parents: [],
  broken: null,
};
const vm: VmAnswer = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'A',
  state: 'Running',
  status: ['Ok'],
  generation: 2,
  version: '9.0',
  heartbeat: 'OkApplicationsHealthy',
  replication: 'Disabled',
  clustered: false,
  memoryBytes: 1,
  processors: 1,
  networks: [],
  services: [{ component: '5CED1297-4598-4915-A5FC-AD21BB4D02A4', enabled: true, status: ['Ok'] }],
  guestOsName: 'Windows',
  guestPlatform: '2',
  guestProduct: '3',
  namesakes: 0,
  checkpoints: [],
  disks: [disk],
};
const quietHistory: History = { events: [], writerState: 1 };
const never = new Proxy({}, { get: () => assert.fail('the checks ask nobody') }) as HostOptions['shell'];
const options: HostOptions = {
  id: 'h',
  name: 'HV01',
  shell: never,
  clock,
  address: null,
  path: 'auto',
  ledger: '',
  limits: defaultLimits,
};

const check = (given: {
  host?: Partial<HostAnswer>;
  vm?: Partial<VmAnswer>;
  history?: Partial<History>;
}): readonly PreflightCheck[] =>
  checksOf(options, { host: { ...host, ...given.host }, vms: [{ ...vm, ...given.vm }] }, { ...quietHistory, ...given.history });

test('a host and a VM in order have no warning', () => {
  assert.deepEqual(
    check({}).filter((one) => one.verdict !== 'ok'),
    [],
  );
});

const event = (log: string, id: number): History['events'][number] => ({ log, id, at: '2026-03-01T00:00:00Z', text: '' });
const odd = (more: Partial<DiskAnswer>): Partial<VmAnswer> => ({ disks: [{ ...disk, ...more }] });

/** What is wrong, the check that says so, and its verdict. */
const cases: readonly (readonly [string, Parameters<typeof check>[0], string, PreflightCheck['verdict']])[] = [
  ['no rights', { host: { elevated: false } }, 'elevation', 'blocking'],
  ['vmms stopped', { host: { managementRuns: false } }, 'management', 'blocking'],
  ['a host that is a domain controller', { host: { roles: ['vmms', 'NTDS'] } }, 'roles', 'warning'],
  ['a client without change tracking', { host: { productType: 1, changeTracking: false } }, 'change-tracking', 'blocking'],
  [
    'a merge that failed',
    { history: { events: [event('Microsoft-Windows-Hyper-V-VMMS-Admin', 19100)] } },
    'checkpoint-events',
    'warning',
  ],
  [
    'storage that was lost',
    { history: { events: [event('Microsoft-Windows-Hyper-V-Worker-Admin', 3216)] } },
    'checkpoint-events',
    'warning',
  ],
  ['damaged tracking', { history: { events: [event('Microsoft-Windows-VHDMP-Operational', 9)] } }, 'tracking-events', 'warning'],
  ['VSS errors', { history: { events: [event('Application', 12289)] } }, 'vss-events', 'warning'],
  ['a full volume', { host: { volumes: [{ ...host.volumes[0]!, freeBytes: 50 }] } }, 'free-space', 'warning'],
  ['storage that stopped', { vm: { state: 'RunningCritical' } }, 'state', 'blocking'],
  ['a busy VM', { vm: { status: ['InService', 'BackingUpVirtualMachine'] } }, 'state', 'warning'],
  ['an old version', { vm: { version: '5.0' } }, 'path', 'warning'],
  ['a guest service that is off', { vm: { services: [] } }, 'integration-services', 'warning'],
  [
    'a daemon that does not answer',
    { vm: { services: [{ ...vm.services[0]!, status: ['NoContact'] }], guestPlatform: '', guestOsName: 'Debian' } },
    'integration-services',
    'warning',
  ],
  ['a domain controller without VSS', { vm: { guestProduct: '2', services: [] } }, 'domain-controller', 'warning'],
  ['no heartbeat', { vm: { heartbeat: 'LostCommunication' } }, 'heartbeat', 'warning'],
  ['a recovery checkpoint', { vm: { checkpoints: [{ id: '1', type: 'Recovery' }] } }, 'checkpoints', 'warning'],
  [
    'an .avhdx without a checkpoint',
    { vm: odd({ path: 'D:\\VMs\\a_1.avhdx', type: 'Differencing' }) },
    'left-over-disks',
    'warning',
  ],
  ['a missing parent', { vm: odd({ broken: '0x80070002' }) }, 'disk-chain', 'blocking'],
  ['a long chain', { vm: odd({ parents: Array.from({ length: 51 }, (_, at) => `D:\\${at}`) }) }, 'disk-chain', 'warning'],
  ['a pass-through disk', { vm: odd({ passThrough: true }) }, 'disk-kind', 'warning'],
  ['a shared disk', { vm: odd({ shared: true }) }, 'disk-kind', 'warning'],
  ['a VHD', { vm: odd({ format: 'VHD' }) }, 'disk-kind', 'blocking'],
  ['a share', { vm: odd({ path: '\\\\nas\\vms\\a.vhdx' }) }, 'disk-place', 'warning'],
  ['a cluster volume', { vm: odd({ path: 'C:\\ClusterStorage\\Volume1\\a.vhdx' }) }, 'disk-place', 'warning'],
  ['replication in trouble', { vm: { replication: 'Error' } }, 'replication', 'warning'],
  ['a host that cannot be told full or copy', { host: { guestBackupType: false } }, 'backup-type', 'warning'],
  ['host VSS, which takes whole volumes', { host: { changeTracking: false } }, 'shadow-scope', 'warning'],
  ['a cluster', { vm: { clustered: true } }, 'clustered', 'warning'],
];

for (const [what, given, id, verdict] of cases)
  test(`${what}: the check ${id} is ${verdict}, with what to do`, () => {
    const found = check(given).find((one) => one.id === id);
    assert.equal(found?.verdict, verdict, JSON.stringify(found));
    assert.notEqual(found.remedy, '');
  });

test('a path that was asked for and does not work is not taken for none that works', () => {
  const old = { host: { ...host, changeTracking: false }, vms: [{ ...vm, version: '5.0' }] };
  const pathOf = (path: HostOptions['path']): PreflightCheck | undefined =>
    checksOf({ ...options, path }, old, quietHistory).find((one) => one.id === 'path');
  assert.match(pathOf('checkpoint')!.says, /--path checkpoint, which does not work/);
  assert.deepEqual([pathOf('checkpoint')!.code, pathOf('auto')!.verdict], ['host/path-unavailable', 'warning']);
});
