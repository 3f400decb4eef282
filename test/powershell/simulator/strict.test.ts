import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { labVms } from '../../../main/lab/vms.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { invoke, type Call } from './cim/methods.ts';
import { again, classFacts, instances } from './cim/query.ts';
import { createSmallLab } from './small-lab.ts';
import { diskshadow } from './tools/diskshadow.ts';
import { vssadmin } from './tools/vssadmin.ts';
import { HostFault, newWorld, takeFault, type World, type WorldOptions } from './world.ts';

async function worldOf(context: TestContext, options: Omit<WorldOptions, 'home'> = {}): Promise<World> {
  const home = await temporaryFolder(context);
  await createSmallLab(home);
  return newWorld({ home, smallDisks: true, ...options });
}

const service = { Class: 'Msvm_VirtualSystemSnapshotService', Key: 's' };
const vm = labVms[0]!;
const good = settings('<PROPERTY NAME="ConsistencyLevel" TYPE="uint8"><VALUE>1</VALUE></PROPERTY>');

function settings(properties: string, className = 'Msvm_VirtualSystemSnapshotSettingData'): string {
  return `<INSTANCE CLASSNAME="${className}">${properties}</INSTANCE>`;
}

function create(more: Call['arguments'] = {}, method = 'CreateSnapshot', on = service): Call {
  const given = {
    AffectedSystem: { type: 'instance', value: { Class: 'Msvm_ComputerSystem', Key: vm.id } },
    SnapshotSettings: { type: 'System.String', value: good },
    SnapshotType: { type: 'System.UInt16', value: 32768 },
  };
  return { on, method, arguments: { ...given, ...more } };
}

async function refusal(act: Promise<unknown>): Promise<number> {
  const error = await act.then(
    () => assert.fail('it was accepted'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof HostFault, String(error));
  return error.hresult;
}

test('a method wants exactly its parameters, of their types, on its own service', async (context) => {
  const world = await worldOf(context);
  const text = { type: 'System.String', value: 'x' };
  assert.equal(await refusal(invoke(world, create({ SnapShotSetting: text }))), 0x8004102f);
  assert.equal(await refusal(invoke(world, create({ SnapshotType: { type: 'System.String', value: '32768' } }))), 0x80041005);
  assert.equal(await refusal(invoke(world, create({ AffectedSystem: text }))), 0x80041005);
  assert.equal(await refusal(invoke(world, create({ AffectedSystem: { type: 'instance', value: service } }))), 0x80041005);
  const { SnapshotType: _left, ...without } = create().arguments;
  assert.equal(await refusal(invoke(world, { ...create(), arguments: without })), 0x8004102f);
  assert.equal(await refusal(invoke(world, create({}, 'ConvertToReferencePoint'))), 0x8004102f);
  assert.equal(await refusal(invoke(world, create({}, 'MakeSnapshot'))), 0x8004102e);
  const points = { Class: 'Msvm_VirtualSystemReferencePointService', Key: 'r' };
  assert.equal(await refusal(invoke(world, create({}, 'CreateSnapshot', points))), 0x8004102e);
  assert.equal((await invoke(world, create())).ReturnValue, 4096);
});

test('only 32768 is a recovery checkpoint', async (context) => {
  const world = await worldOf(context);
  for (const value of [2, 3, 32769])
    assert.equal((await invoke(world, create({ SnapshotType: { type: 'System.UInt16', value } }))).ReturnValue, 6);
});

const level = '<PROPERTY NAME="ConsistencyLevel" TYPE="uint8"><VALUE>1</VALUE></PROPERTY>';
const backupType = '<PROPERTY NAME="GuestBackupType" TYPE="uint8"><VALUE>1</VALUE></PROPERTY>';
const malformed: Readonly<Record<string, string>> = {
  empty: '',
  'not closed': settings(level).replace('</INSTANCE>', ''),
  'followed by something': `${settings(level)} `,
  'of another class': settings(level, 'Msvm_VirtualSystemSettingData'),
  'with an unknown property': settings(level.replace('ConsistencyLevel', 'Consistency')),
  'with another type': settings(level.replace('uint8', 'uint16')),
  'with a word for a number': settings(level.replace('>1<', '>application<')),
  'with a number that is too big': settings(level.replace('>1<', '>256<')),
  'with a bare ampersand': settings(level.replace('>1<', '>1&2<')),
  'with a property twice': settings(level + level),
};

test('settings that are not an embedded instance of their class are an invalid parameter', async (context) => {
  const world = await worldOf(context);
  for (const [what, value] of Object.entries(malformed)) {
    const answer = await invoke(world, create({ SnapshotSettings: { type: 'System.String', value } }));
    assert.equal(answer.ReturnValue, 4, what);
  }
});

test('old hosts have not heard of the backup type, and older ones not of reference points', async (context) => {
  const call = create({ SnapshotSettings: { type: 'System.String', value: settings(level + backupType) } });
  assert.equal((await invoke(await worldOf(context), call)).ReturnValue, 4096);
  const of2016 = await worldOf(context, { edition: '2016' });
  assert.equal((await invoke(of2016, call)).ReturnValue, 4);
  const names = classFacts(of2016, 'root\\virtualization\\v2', 'Msvm_VirtualSystemSnapshotSettingData').properties;
  assert.ok(names.every((one) => one.Name !== 'GuestBackupType'));
  const of2012 = await worldOf(context, { edition: '2012r2' });
  assert.throws(() => classFacts(of2012, 'root\\virtualization\\v2', 'Msvm_VirtualSystemReferencePoint'), {
    hresult: 0x80041010,
  });
});

test('queries want a class of the namespace, and a filter on one of its properties', async (context) => {
  const world = await worldOf(context);
  const query = (className: string, filter = '', namespace = 'root\\virtualization\\v2'): Promise<unknown> =>
    instances(world, { namespace, className, filter });
  assert.equal(await refusal(query('Msvm_Computersystems')), 0x80041010);
  assert.equal(await refusal(query('Msvm_ComputerSystem', '', 'root\\cimv2')), 0x80041010);
  assert.equal(await refusal(query('Msvm_ComputerSystem', '', 'root\\virtualization')), 0x8004100e);
  assert.equal(await refusal(query('Msvm_ComputerSystem', "Id='x'")), 0x80041017);
  assert.equal(await refusal(query('Msvm_ComputerSystem', "Name='O'Brien'")), 0x80041017);
  const systems = (await query('Msvm_ComputerSystem')) as readonly { Name: string }[];
  assert.ok(
    systems.some((one) => one.Name === 'HV01'),
    'the host is an instance as well',
  );
  assert.equal(((await query('Msvm_ComputerSystem', `Name='${vm.id.toUpperCase()}'`)) as unknown[]).length, 1);
});

test('a token that is not elevated is denied', async (context) => {
  const world = await worldOf(context, { elevated: false });
  assert.equal(
    await refusal(instances(world, { namespace: 'root\\virtualization\\v2', className: 'Msvm_ComputerSystem', filter: '' })),
    0x80041003,
  );
  const run = { parameters: ['list', 'writers'], signal: new AbortController().signal };
  assert.notEqual((await vssadmin(world, run)).code, 0);
  assert.equal((await diskshadow(world, { ...run, parameters: ['/s', 'a', '/l', 'b'] })).code, 5);
});

test('a job starts, runs, completes, and its result is known only then', async (context) => {
  const world = await worldOf(context);
  const { Job } = (await invoke(world, create())) as unknown as { Job: { Class: string; Key: string } };
  const states: unknown[] = [];
  for (let look = 0; look < 4; look += 1) states.push((await again(world, Job))['JobState']);
  assert.deepEqual(states, [3, 4, 7, 7]);
  world.jobs.clear();
  assert.equal(await refusal(again(world, Job)), 0x80041002, 'a job is removed a while after its end');
});

test('what is gone, or no recovery checkpoint, cannot be destroyed or converted', async (context) => {
  const world = await worldOf(context);
  const of = (Key: string): Call['arguments'] => ({
    AffectedSnapshot: { type: 'instance', value: { Class: 'Msvm_VirtualSystemSettingData', Key } },
  });
  assert.equal(await refusal(invoke(world, { on: service, method: 'DestroySnapshot', arguments: of('gone') })), 0x80041002);
  world.snapshots.push({ id: 'mine', vmId: vm.id, ours: false, type: 'Standard' });
  const answer = await invoke(world, { on: service, method: 'ConvertToReferencePoint', arguments: of('mine') });
  assert.equal(answer.ReturnValue, 6);
});

const writer = 'writer verify {66841cd4-6ded-4f4b-8f17-fd23f8ddc3de}';
const begin = ['set context persistent', 'begin backup', 'add volume D: alias A'];
const refused: Readonly<Record<string, readonly string[]>> = {
  'an unknown command': ['set context persistent', 'dance'],
  'a volume before the context': ['add volume D: alias A'],
  'a backup that begins twice': [...begin.slice(0, 2), 'begin backup'],
  'create without a volume': [...begin.slice(0, 2), 'create'],
  'expose before create': [...begin, 'expose %A% "/tmp"'],
  'an alias that nobody set': [...begin, 'create', 'expose %B% "/tmp"'],
  'expose into a folder that is missing': [...begin, 'create', 'expose %A% "/nowhere/at/all"'],
  'end backup without begin': ['set context persistent', 'add volume D: alias A', 'create', 'end backup'],
  'a volume after create': [...begin, 'create', 'add volume E: alias B'],
  'another writer': [...begin, 'writer verify {00000000-0000-0000-0000-000000000000}'],
  'writers where the context has none': ['set context persistent nowriters', 'add volume D: alias A', writer],
};

test('diskshadow takes its commands in their order, and ends at the first that it refuses', async (context) => {
  const world = await worldOf(context);
  const folder = await temporaryFolder(context);
  const run = async (lines: readonly string[]): Promise<{ code: number; log: string }> => {
    const [script, log] = [join(folder, 'a.dsh'), join(folder, 'a.log')];
    await writeFile(script, `${lines.join('\r\n')}\r\n`);
    const { code } = await diskshadow(world, { parameters: ['/s', script, '/l', log], signal: new AbortController().signal });
    return { code, log: await readFile(log, 'utf8') };
  };
  for (const [what, lines] of Object.entries(refused)) assert.equal((await run([...lines, 'set verbose on'])).code, 1, what);
  world.shadows = [];
  const mount = join(folder, 'mount');
  await mkdir(mount);
  const whole = [...begin, writer, 'create', `expose %A% "${mount}"`, 'end backup'];
  const { code, log } = await run(whole);
  assert.equal(code, 0, log);
  assert.match(log, new RegExp(world.shadows[0]!.id));
});

test('the writers of a German host are told in the code page of its console', async (context) => {
  const world = await worldOf(context, { locale: 'de' });
  const { output } = await vssadmin(world, { parameters: ['list', 'writers'], signal: new AbortController().signal });
  assert.ok(output.includes(0x81), 'an umlaut as code page 850 has it');
  assert.match(output.toString('latin1'), /66841cd4[^]*\[1\]/);
  assert.doesNotMatch(output.toString('latin1'), /State|Stable/);
});

test('a fault strikes where it was put, as often as it was told, and not before its time', async (context) => {
  const world = await worldOf(context);
  world.faults.push({ at: 'Get-VHD', name: 'chain-broken', after: 'CreateSnapshot', times: 1 });
  assert.equal(takeFault(world, 'Get-VHD'), undefined);
  world.calls.push('CreateSnapshot');
  assert.equal(takeFault(world, 'Get-VM'), undefined);
  assert.equal(takeFault(world, 'Get-VHD'), 'chain-broken');
  assert.equal(takeFault(world, 'Get-VHD'), undefined);
});
