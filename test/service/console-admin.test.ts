import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobForm, JobView, TransferView } from '#contract';
import { findJob, noteExcluded } from '../../main/service/state/jobs.ts';
import { redacted } from '../../main/service/support/redact.ts';
import { testConsole, type TestConsole } from './console-fixture.ts';

const passphrase = 'correct horse battery';

const unzip = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps({name: z.read(name).decode('utf-8') for name in z.namelist()}))
`;

/** What the entries of a zip hold, as Python reads them. */
function unzipped(file: string): ReadonlyMap<string, string> {
  const { stdout, stderr } = spawnSync('python3', ['-c', unzip, file], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  assert.equal(stderr, '');
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, string>));
}

const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'install the package python3';

async function withRepository({ ask, folder }: TestConsole): Promise<{ repository: string; recoveryKey: string }> {
  return ask('repositories.create', { name: 'NAS', folder: join(folder, 'repo'), passphrase });
}

async function jobIn({ ask, folder }: TestConsole, repository: string): Promise<JobView> {
  const passphraseFile = join(folder, 'passphrase');
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const form: JobForm = {
    name: 'Nightly',
    host: 'lab',
    repository,
    select: 'tagged',
    vms: [],
    tags: ['gold'],
    excludedVms: ['APP01'],
    excludedDisks: [{ vm: 'FS01', disk: 1 }],
    consistency: 'require',
    truncateLogs: false,
    skipUnused: false,
    verifyAfterRun: true,
    vmsAtOnce: 2,
    megabytesPerSecond: 50,
    latencyMs: null,
    workingHours: [{ weekdays: ['monday'], from: '08:00', to: '18:00' }],
    workingVmsAtOnce: 1,
    workingMegabytesPerSecond: 10,
    workingLatencyMs: 20,
    mail: 'always',
    webhooks: 'never',
    eventLog: 'problems',
    passphraseFile,
    recurrence: 'monthly',
    hours: 4,
    time: '22:00',
    weekdays: [],
    day: 0,
    timeZone: 'Europe/Vienna',
    windows: [{ weekdays: [], from: '20:00', to: '06:00' }],
    blackouts: [{ weekdays: ['sunday'], from: '00:00', to: '23:59' }],
    closures: [{ from: '2026-12-24T18:00', to: '2026-12-27T06:00', why: 'holiday' }],
    keepHourly: 0,
    keepDaily: 7,
    keepWeekly: 0,
    keepMonthly: 12,
    keepYearly: 0,
  };
  return ask('jobs.create', form);
}

test('a job comes back as the form that made it, and a change keeps what the form cannot say', async (context) => {
  const console = await testConsole(context);
  const { ask } = console;
  const { repository } = await withRepository(console);
  const made = await jobIn(console, repository);
  assert.deepEqual([made.vms, made.recurrence], [['#gold'], 'monthly']);
  const { form } = await ask<{ form: JobForm }>('jobs.get', { job: made.id });
  assert.deepEqual(form.excludedDisks, [{ vm: 'FS01', disk: 1 }]);
  assert.deepEqual(form.closures, [{ from: '2026-12-24T18:00', to: '2026-12-27T06:00', why: 'holiday' }]);
  assert.deepEqual([form.day, form.vmsAtOnce, form.mail, form.workingVmsAtOnce], [0, 2, 'always', 1]);
  // As jobs of before, which know disks by their index alone.
  const [row] = console.services.home.state.prepare('SELECT definition FROM jobs').all();
  const old = JSON.parse(String(row!['definition'])) as { excludedDisks: { chosenAt?: number }[] };
  assert.equal(typeof old.excludedDisks[0]!.chosenAt, 'number');
  old.excludedDisks = [{ vm: 'FS01', disk: 1 } as object];
  console.services.home.state.prepare('UPDATE jobs SET definition = ?').run(JSON.stringify(old));
  const changed = await ask<JobView>('jobs.edit', { job: made.id, form: { ...form, name: 'Monthly', keepDaily: 30 } });
  assert.deepEqual([changed.name, changed.retention?.daily, changed.retention?.floor], ['Monthly', 30, 3]);
  assert.deepEqual((await ask<{ form: JobForm }>('jobs.get', { job: made.id })).form, {
    ...form,
    name: 'Monthly',
    keepDaily: 30,
  });
  const excluded = (): readonly unknown[] => findJob(console.services.home.state, made.id).excludedDisks;
  assert.deepEqual(
    excluded(),
    [{ vm: 'FS01', disk: 1, was: null, chosenAt: null }],
    'a change of something else chooses no disk',
  );
  const mark = { diskId: null, name: 'scratch.vhdx' };
  for (const name of ['APP01', 'FS01'])
    noteExcluded(console.services.home.state, made.id, { is: (vm) => vm === name, disk: 1, mark });
  const more = { ...form, excludedDisks: [...form.excludedDisks, { vm: 'FS01', disk: 2 }] };
  await ask('jobs.edit', { job: made.id, form: { ...more, name: 'Monthly', keepDaily: 30 } });
  assert.deepEqual(excluded().slice(0, 1), [{ vm: 'FS01', disk: 1, was: mark, chosenAt: null }]);
  assert.equal(findJob(console.services.home.state, made.id).excludedDisks[1]!.was, null);
  await ask('jobs.edit', { job: made.id, form: { ...form, name: 'Monthly', keepDaily: 30 } });
  assert.equal((await console.call('jobs.edit', { job: made.id, form: { ...form, tags: [] } })).code, 'input/invalid');
  const { next } = await ask<{ next: { name: string }[] }>('overview');
  assert.deepEqual(
    next.map((one) => one.name),
    ['Monthly'],
  );
});

test('an export has no secret in it, and makes another console the same, its jobs paused', async (context) => {
  const [from, to] = [await testConsole(context), await testConsole(context)];
  const { repository } = await withRepository(from);
  await jobIn(from, repository);
  await from.ask('settings.set', { language: 'de', theme: 'dark' });
  // As the page does it: what it was given, with something changed.
  const kept = await from.ask<object>('notify.get');
  const webhooks = [{ name: 'chat', url: 'https://chat.example.com/x', keyFile: null }];
  await from.ask('notify.set', { ...kept, webhooks, digestAt: '07:00', monthlyReport: true, reportLanguage: 'de' });
  const { text } = await from.ask<{ text: string }>('transfer.export');
  assert.ok(!text.includes(passphrase));
  const first = await to.ask<TransferView>('transfer.import', { text });
  assert.deepEqual(first, { added: ['NAS', 'Nightly'], kept: [] });
  assert.deepEqual(await to.ask('settings.get'), { language: 'de', theme: 'dark' });
  const [job] = await to.ask<JobView[]>('jobs.list');
  assert.deepEqual([job?.name, job?.paused, job?.next], ['Nightly', true, null]);
  const again = await to.ask<TransferView>('transfer.import', { text });
  assert.deepEqual(again, { added: [], kept: ['NAS', 'Nightly'] });
  assert.equal((await to.call('transfer.import', { text: '{"hostkeep":2}' })).code, 'input/invalid');
  assert.equal(
    (await to.call('transfer.import', { text: text.replace('"hostkeep": 1', '"hostkeep": 1, "x": 1') })).code,
    'input/invalid',
  );
});

test(
  'a support bundle tells what happened and no secret, not even one that stands in a log',
  { skip: noPython },
  async (context) => {
    const console = await testConsole(context);
    const { repository, recoveryKey } = await withRepository(console);
    await jobIn(console, repository);
    const kept = await console.ask<Record<string, unknown>>('notify.get');
    const webhooks = [{ name: 'chat', url: 'https://chat.example/services/T0/w3bh00k?sig=s1gned', keyFile: null }];
    await console.ask('notify.set', { ...kept, webhooks });
    const logs = join(console.folder, 'home', 'logs');
    await mkdir(logs, { recursive: true });
    const planted = `opened with ${passphrase}, key ${recoveryKey}\nAuthorization: Bearer abcdefghijklmnop1234\npassword=hunter22\n`;
    await writeFile(join(logs, 'run-1.log'), planted.repeat(10_000));
    const { file, entries } = await console.ask<{ file: string; entries: string[] }>('support.bundle', { to: console.folder });
    const files = unzipped(file);
    assert.deepEqual([...files.keys()], entries);
    for (const name of ['about.json', 'settings.json', 'runs.json', 'alerts.json', 'activity.json', 'logs/run-1.log'])
      assert.ok(files.has(name), name);
    assert.match(files.get('about.json')!, /"node": "v24/);
    assert.match(files.get('settings.json')!, /Nightly/);
    assert.match(files.get('settings.json')!, /https:\/\/chat\.example\//);
    assert.match(files.get('logs/run-1.log')!, /^\[earlier lines left out\]/);
    for (const [name, text] of files)
      for (const secret of [passphrase, recoveryKey, 'abcdefghijklmnop1234', 'hunter22', 'w3bh00k', 's1gned'])
        assert.ok(!text.includes(secret), `${name} tells ${secret}`);
    assert.equal((await console.call('support.bundle', { to: join(console.folder, 'nowhere') })).code, 'input/not-found');
  },
);

test('what has the look of a secret is taken out, and the rest stays', () => {
  const cases: readonly (readonly [given: string, wanted: string])[] = [
    ['{"password": "a\\"b", "user": "anna"}', '{"password": [removed], "user": "anna"}'],
    ['https://anna:secret@nas.example/x', 'https://anna:[removed]@nas.example/x'],
    ['http://127.0.0.1:1/#token=abc_-9', 'http://127.0.0.1:1/#token=[removed]'],
    ['-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----', '[private key]'],
    ['run 0a1b2c3d4e5f of FS01 failed: 0x800423F4', 'run 0a1b2c3d4e5f of FS01 failed: 0x800423F4'],
    ['C:\\Tokens\\notes', 'C:\\Tokens\\notes'],
  ];
  for (const [given, wanted] of cases) assert.equal(redacted(given, []), wanted);
  assert.equal(redacted('pass ab"c and ab\\"c', ['ab"c']), 'pass [secret] and [secret]');
});

test('a restore point is pinned and released without losing it, and what is not there cannot be', async (context) => {
  const console = await testConsole(context);
  const { repository } = await withRepository(console);
  assert.deepEqual(await console.ask('marks.list', { repository }), { pins: [], drops: [] });
  const place = { repository, point: '0'.repeat(16) };
  assert.equal((await console.call('marks.pin', { ...place, pinned: true, why: '' })).code, 'input/not-found');
  assert.equal((await console.call('marks.undelete', place)).code, 'input/not-found');
});
