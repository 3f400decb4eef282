import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { EventsView, HiveKeyView, ObjectSetView } from '#contract';
import { cli, commandLine } from '../fixtures/command-line.ts';
import { writeEse, writeEseLog, writeLdf, writeMdf } from '../fixtures/database-headers.ts';
import { plainEventLog } from '../fixtures/evtx-writer.ts';
import { writeHive } from '../fixtures/hive-writer.ts';
import { needs } from '../fixtures/tools.ts';

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf16le');

const hive = writeHive({
  name: 'ROOT',
  keys: [
    { name: 'Select', values: [{ name: 'Current', type: 4, data: Buffer.from([1, 0, 0, 0]) }] },
    { name: 'Setup', values: [{ name: 'CmdLine', type: 1, data: text('setup.exe \u001b[31m') }], keys: [{ name: 'Status' }] },
  ],
});

const files: Readonly<Record<string, Buffer>> = {
  'config/SYSTEM': hive,
  'config/DIRTY': writeHive({ name: 'ROOT' }, { sequences: [7, 6] }),
  'logs/System.evtx': plainEventLog(50),
  'ntds/ntds.dit': writeEse({ state: 2, required: [3, 5] }),
  'ntds/edb00003.log': writeEseLog(3),
  'ntds/edb.log': writeEseLog(4),
  'data/orders.mdf': writeMdf({ name: 'Orders' }),
  'data/orders_log.ldf': writeLdf(),
  'data/readme.txt': Buffer.from('nothing of this kind'),
};

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A repository with one restore point of a disk that holds those files. */
async function restored(context: TestContext): Promise<{ folder: string; run: (...parameters: readonly string[]) => Answer }> {
  const { folder, env } = await commandLine(context, { lab: false });
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'tree', name)), { recursive: true });
    await writeFile(join(folder, 'tree', name), bytes);
  }
  const image = join(folder, 'disk.img');
  await writeFile(image, Buffer.alloc(16 * 1024 * 1024));
  execFileSync('mkfs.fat', ['-F', '16', '-s', '4', image], { stdio: 'pipe' });
  const tops = [...new Set(Object.keys(files).map((name) => join(folder, 'tree', name.split('/', 1)[0]!)))];
  execFileSync('mcopy', ['-s', '-i', image, ...tops, '::/'], { stdio: 'pipe' });
  env['TZ'] = 'UTC';
  const run = (...parameters: readonly string[]): Answer => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...parameters], { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  assert.equal(run('backup', '--image', image, '--name', 'DC01', '--no-catalog').status, 0);
  return { folder, run };
}

test('objects of a restore point by their commands: described, browsed, exported, listed', async (context) => {
  if (!needs(context, { 'mkfs.fat': 'dosfstools', mcopy: 'mtools' })) return;
  const { folder, run } = await restored(context);
  const json = <Value>(...parameters: readonly string[]): Value => {
    const { status, stdout, stderr } = run('--json', 'object', ...parameters);
    assert.equal(status, 0, `${parameters.join(' ')}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Value;
  };
  const point = 'DC01@latest';

  await context.test('what it is, in 80 columns, and what is none', () => {
    const { stdout } = run('object', 'show', point, '/disk0/part0/ntds/ntds.dit');
    assert.match(stdout, /needs logs: +0x3 to 0x5; not beside it: 0x5/);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
    const none = run('object', 'show', point, '/disk0/part0/data/readme.txt');
    assert.equal(none.status, 2);
    assert.match(none.stderr, /no registry hive, event log or database/);
  });

  await context.test('keys and values of a hive', () => {
    const setup = json<HiveKeyView>('keys', point, '/disk0/part0/config/SYSTEM', 'sETUP');
    assert.deepEqual([setup.key, setup.keys.length, setup.values[0]!.name], ['Setup', 1, 'CmdLine']);
    const told = run('object', 'keys', point, '/disk0/part0/config/SYSTEM', 'Setup').stdout;
    assert.match(told, /CmdLine\s+REG_SZ\s+setup\.exe \?\[31m/, 'no control characters');
  });

  await context.test('a key as a .reg file, under the place that the name of the hive tells, or another', async () => {
    const to = join(folder, 'select.reg');
    const done = json<{ key: string; keys: number; values: number }>(
      'export',
      point,
      '/disk0/part0/config/SYSTEM',
      'Select',
      '--to',
      to,
    );
    assert.deepEqual([done.key, done.keys, done.values], ['HKEY_LOCAL_MACHINE\\SYSTEM\\Select', 1, 1]);
    assert.equal(
      (await readFile(to)).toString('utf16le'),
      '\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n"Current"=dword:00000001\r\n\r\n',
    );
    const [ran] = JSON.parse(run('--json', 'runs', '--limit', '1').stdout) as { kind: string; state: string; vms: string[] }[];
    assert.deepEqual([ran!.kind, ran!.state, ran!.vms], ['restore-files', 'success', ['DC01']]);
    assert.equal(run('object', 'export', point, '/disk0/part0/config/SYSTEM', '--to', to).status, 2, 'it is there already');
    const root = ['--root', 'HKEY_LOCAL_MACHINE\\Restored', '--overwrite'];
    assert.equal(run('object', 'export', point, '/disk0/part0/config/SYSTEM', '--to', to, ...root).status, 0);
    assert.match((await readFile(to)).toString('utf16le'), /\[HKEY_LOCAL_MACHINE\\Restored\\Setup\\Status\]/);
  });

  await context.test('events, the newest first, by time, id, level and number', () => {
    const log = '/disk0/part0/logs/System.evtx';
    const some = json<EventsView>('events', point, log, '--id', '12', '--count', '3', '--since', '2026-11-01T12:00:30Z');
    assert.deepEqual([some.events.map(({ id }) => id), some.more], [[12, 12, 12], true]);
    const told = run('object', 'events', point, log, '--count', '1').stdout;
    assert.match(
      told,
      /^2026-11-01 12:00:50 {2}Information {2}12 {2}Microsoft-Windows-Kernel-General\n {2}param1: Dienst "Größe" <49> & läuft\n/,
    );
    assert.match(run('object', 'events', point, log, '--count', '1', '--xml').stdout, /<EventID>12<\/EventID>/);
    assert.equal(run('object', 'events', point, log, '--level', 'bad').status, 2);
  });

  await context.test('a database is restored with its log, and one without logs it needs says so', async () => {
    const to = join(folder, 'back');
    const orders = run('object', 'restore', point, '/disk0/part0/data/orders.mdf', '--to', to);
    assert.equal(orders.status, 0, orders.stderr);
    assert.match(orders.stdout, /Needs recovery, for which everything is there\./);
    for (const name of ['orders.mdf', 'orders_log.ldf'])
      assert.deepEqual(await readFile(join(to, name)), files[`data/${name}`], name);
    const ntds = run('--json', 'object', 'restore', point, '/disk0/part0/ntds/ntds.dit', '--dry-run');
    const { set, restored } = JSON.parse(ntds.stdout) as { set: ObjectSetView; restored: null };
    assert.deepEqual([ntds.status, set.state, set.files.length, restored], [3, 'incomplete', 3, null]);
    const alone = run('restore-files', point, '/disk0/part0/data/orders.mdf', '--to', join(folder, 'alone'));
    assert.match(alone.stderr, /belongs to a set of 2 files/);
  });
});
