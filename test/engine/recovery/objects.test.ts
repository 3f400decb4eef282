import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { EventsView } from '#contract';
import {
  describeObject,
  findSet,
  listEvents,
  listHiveKey,
  objectFile,
  objectFolder,
  usualRoot,
  type EventsWanted,
} from '#engine/recovery/objects';
import { writeEse, writeEseCheckpoint, writeEseLog, writeLdf, writeMdf, writeNdf } from '../../fixtures/database-headers.ts';
import { firstWritten, plainEventLog } from '../../fixtures/evtx-writer.ts';
import { writeHiveLog, writeLogEntry } from '../../fixtures/hive-log-writer.ts';
import { writeHive } from '../../fixtures/hive-writer.ts';
import { needs } from '../../fixtures/tools.ts';
import { guestWith, subjectOf, tools, type GuestFiles } from '../verify/guest-volume.ts';

const files: GuestFiles = {
  'config/SYSTEM': writeHive({ name: 'ROOT', keys: [{ name: 'Select' }, { name: 'Setup', keys: [{ name: 'image/png' }] }] }),
  'config/DIRTY': writeHive({ name: 'ROOT' }, { sequences: [7, 6] }),
  'logs/System.evtx': plainEventLog(50, { dirty: true }),
  'ntds/ntds.dit': writeEse({ state: 2, required: [3, 5] }),
  'ntds/edb00003.log': writeEseLog(3),
  'ntds/edb.log': writeEseLog(4),
  'closed/users.edb': writeEse({ state: 3 }),
  'data/orders.mdf': writeMdf({ name: 'Orders' }),
  'data/orders_log.ldf': writeLdf(),
  'data/readme.txt': Buffer.from('nothing of this kind'),
};

async function opened(context: TestContext) {
  const { volumes } = subjectOf(await guestWith(context, files));
  return (path: string) => objectFile(volumes, `/disk0/part0/${path}`);
}

test('each kind of object is known by its content, with state and version', async (context) => {
  if (!needs(context, tools)) return;
  const open = await opened(context);
  const told = async (path: string) => describeObject(await open(path));
  const expected = [
    ['config/SYSTEM', 'hive', 'clean', '1.5'],
    ['config/DIRTY', 'hive', 'dirty', '1.5'],
    ['logs/System.evtx', 'event-log', 'dirty', '3.1'],
    ['ntds/ntds.dit', 'ese', 'dirty', '0x620.20'],
    ['closed/users.edb', 'ese', 'clean', '0x620.20'],
    ['data/orders.mdf', 'sql-server', 'dirty', '957'],
    ['data/orders_log.ldf', 'sql-server', 'unknown', ''],
  ] as const;
  for (const [path, kind, state, version] of expected) {
    const view = await told(path);
    assert.deepEqual([view.kind, view.state, view.version], [kind, state, version], path);
    assert.ok(view.path.toLowerCase().endsWith(path.toLowerCase()) && view.path.startsWith('/disk0/part0/'), view.path);
  }
  const ntds = await told('ntds/ntds.dit');
  assert.ok(ntds.kind === 'ese');
  assert.deepEqual([ntds.logsRequired, ntds.logsMissing], [{ from: 3, to: 5 }, [5]]);
  await assert.rejects(told('data/readme.txt'), { code: 'recovery/not-an-object' });
  await assert.rejects(open('data'), { code: 'recovery/not-a-file' });
});

test('keys are found by names in any spelling, and what a name holds does not part it', async (context) => {
  if (!needs(context, tools)) return;
  const hive = await (await opened(context))('config/SYSTEM');
  const root = await listHiveKey(hive, { key: '', limit: 1 });
  assert.deepEqual([root.keys.map(({ name }) => name), root.more], [['Select'], true]);
  assert.deepEqual(
    (await listHiveKey(hive, { key: 'sETUP', limit: 10 })).keys.map(({ name }) => name),
    ['image/png'],
  );
  assert.equal((await listHiveKey(hive, { key: 'Setup\\IMAGE/PNG', limit: 10 })).key, 'Setup\\image/png');
  await assert.rejects(listHiveKey(hive, { key: 'Setup/Nothing', limit: 10 }), { code: 'recovery/key-not-found' });
  assert.equal(usualRoot('ntuser.dat'), 'HKEY_CURRENT_USER');
  assert.equal(usualRoot('SOFTWARE'), 'HKEY_LOCAL_MACHINE\\SOFTWARE');
});

test('a dirty hive is read with what its logs hold, and one without them is called stale', async (context) => {
  if (!needs(context, tools)) return;
  const [old, newer] = [1, 3].map((count) =>
    writeHive({ name: 'ROOT', keys: Array.from({ length: count }, (_, at) => ({ name: `key ${at}` })) }, { sequences: [7, 6] }),
  ) as [Buffer, Buffer];
  const log = writeHiveLog(old, 6, [writeLogEntry(old, newer, 6)]);
  const { volumes } = subjectOf(await guestWith(context, { 'a/SYSTEM': old, 'a/SYSTEM.LOG1': log, 'b/SYSTEM': old }));
  const list = async (path: string) => listHiveKey(await objectFile(volumes, `/disk0/part0/${path}`), { key: '', limit: 10 });
  const replayed = await list('a/SYSTEM');
  assert.deepEqual([replayed.keys.length, replayed.replayed, replayed.stale], [3, 1, false]);
  const stale = await list('b/SYSTEM');
  assert.deepEqual([stale.keys.length, stale.replayed, stale.stale], [1, 0, true]);
  const view = await describeObject(await objectFile(volumes, '/disk0/part0/a/SYSTEM'));
  assert.ok(view.kind === 'hive');
  assert.deepEqual([view.state, view.keys, view.replayed, view.logs.length], ['dirty', 3, 1, 1]);
});

test('events are given by time, id, level and number, the newest first', async (context) => {
  if (!needs(context, tools)) return;
  const file = await (await opened(context))('logs/System.evtx');
  const all: EventsWanted = {
    since: null,
    ids: null,
    level: null,
    count: 1000,
    xml: false,
    signal: new AbortController().signal,
  };
  const list = (more: Partial<EventsWanted>): Promise<EventsView> => listEvents(file, { ...all, ...more });
  const records = ({ events }: EventsView): readonly string[] => events.map(({ record }) => record);
  assert.deepEqual(records(await list({})).slice(0, 2), ['50', '49']);
  assert.deepEqual(records(await list({ count: 2 })), ['50', '49']);
  assert.deepEqual([(await list({ count: 2 })).more, (await list({ count: 50 })).more], [true, false]);
  assert.deepEqual(records(await list({ level: 2 })), ['46', '41', '36', '31', '26', '21', '16', '11', '6', '1']);
  assert.equal((await list({ ids: [12] })).events.length, 25);
  assert.deepEqual(records(await list({ since: firstWritten + 49_000 })), ['50', '49']);
  assert.match((await list({ xml: true, count: 1 })).events[0]!.xml!, /^<Event .*<EventID>12<\/EventID>.*<\/Event>$/);
});

const databases: GuestFiles = {
  'ntds/ntds.dit': writeEse({ state: 2, required: [3, 4] }),
  'ntds/ntds.jfm': Buffer.alloc(8192, 1),
  'ntds/edb00003.log': writeEseLog(3),
  'ntds/edb.log': writeEseLog(4),
  'ntds/edb.chk': writeEseCheckpoint(),
  'ntds/edbres00001.jrs': Buffer.alloc(4096),
  'ntds/other.log': Buffer.from('a log of something else, in text'.repeat(400)),
  'mail/box.edb': writeEse({ state: 2, required: [3, 4] }),
  'logs/E0000000003.log': writeEseLog(3),
  'logs/E00.log': writeEseLog(4),
  'logs/E00.jcp': writeEseCheckpoint(),
  'closed/users.edb': writeEse({ state: 3 }),
  'sql/orders.mdf': writeMdf({ name: 'Orders', binding: 7 }),
  'sql/archive.ndf': writeNdf(4, 7),
  'sql/elsewhere_name.ldf': writeLdf(7),
  'sql/other.mdf': writeMdf({ name: 'Other', binding: 9, closed: true }),
  'sql/other_log.ldf': writeLdf(9),
  'copies/shop.mdf': writeMdf({ name: 'Shop', binding: 11 }),
  'copies/shop_log.ldf': writeLdf(11),
  'copies/shop old.mdf': writeMdf({ name: 'Shop old', binding: 11 }),
  'copies/shop old_log.ldf': writeLdf(11),
  'alone/lonely.mdf': writeMdf({ name: 'Lonely', binding: 5 }),
  'config/SYSTEM': writeHive({ name: 'ROOT' }, { sequences: [7, 6] }),
};

test('a set has the files that belong together by their headers, and says whether they are complete', async (context) => {
  if (!needs(context, tools)) return;
  const { volumes } = subjectOf(await guestWith(context, databases));
  const set = async (path: string, ...also: readonly string[]) => {
    const file = await objectFile(volumes, `/disk0/part0/${path}`);
    const places = await Promise.all(also.map((folder) => objectFolder(volumes, `/disk0/part0/${folder}`)));
    const { state, files, says } = await findSet({ file, also: places });
    const names = files.map((one) => `${one.part} ${one.path.slice('/disk0/part0/'.length)}`.toLowerCase());
    return { state, names: names.toSorted(), says: says.join(' ') };
  };
  assert.deepEqual((await set('ntds/ntds.dit')).names, [
    'checkpoint ntds/edb.chk',
    'database ntds/ntds.dit',
    'flush-map ntds/ntds.jfm',
    'log ntds/edb.log',
    'log ntds/edb00003.log',
    'reserve ntds/edbres00001.jrs',
  ]);
  assert.equal((await set('ntds/ntds.dit')).state, 'recovery');
  const alone = await set('mail/box.edb');
  assert.deepEqual([alone.state, alone.names], ['incomplete', ['database mail/box.edb']]);
  assert.match(alone.says, /not found: 0x3, 0x4/);
  const whole = await set('mail/box.edb', 'logs');
  assert.deepEqual(
    [whole.state, whole.names],
    ['recovery', ['checkpoint logs/e00.jcp', 'database mail/box.edb', 'log logs/e00.log', 'log logs/e0000000003.log']],
  );
  assert.match(whole.says, /esentutl \/r e00/i);
  assert.equal((await set('closed/users.edb')).state, 'clean');

  for (const name of ['shop', 'shop old']) {
    const copy = await set(`copies/${name}.mdf`);
    assert.deepEqual([copy.state, copy.names], ['recovery', [`database copies/${name}.mdf`, `log copies/${name}_log.ldf`]]);
  }
  const orders = ['data sql/archive.ndf', 'database sql/orders.mdf', 'log sql/elsewhere_name.ldf'];
  for (const path of ['sql/orders.mdf', 'sql/archive.ndf', 'sql/elsewhere_name.ldf']) {
    const { state, names, says } = await set(path);
    assert.deepEqual([state, names], ['recovery', orders], path);
    assert.match(says, /No file has the number 3/);
  }
  assert.deepEqual((await set('sql/other.mdf')).names, ['database sql/other.mdf', 'log sql/other_log.ldf']);
  assert.equal((await set('sql/other.mdf')).state, 'clean');
  assert.equal((await set('alone/lonely.mdf')).state, 'incomplete');
  assert.equal((await set('config/SYSTEM')).state, 'incomplete');
});
