import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ActivityView, DrillForm, DrillView } from '#contract';
import { newDrillKey, publicDrillKey, signDrillRecord } from '#engine/recovery';
import { testConsole } from './console-fixture.ts';

test('a drill is made with its key, listed with its next start, refused twice, changed, paused, and deleted', async (context) => {
  const { ask, call, folder } = await testConsole(context);
  const passphrase = 'correct horse battery';
  const repo = { name: 'NAS', folder: join(folder, 'repo'), passphrase };
  const { repository } = await ask<{ repository: string }>('repositories.create', repo);
  const passphraseFile = join(folder, 'passphrase');
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const keyFile = join(folder, 'drill.pem');
  const { publicKey } = await ask<{ publicKey: string }>('drills.makeKey', { file: keyFile });
  assert.equal(Buffer.from(publicKey, 'base64').length, 32);
  if (process.platform !== 'win32') assert.equal((await stat(keyFile)).mode & 0o077, 0, 'nobody else reads it');
  assert.equal((await call('drills.makeKey', { file: keyFile })).code, 'input/target-exists', 'a key is never replaced');

  const form: DrillForm = {
    name: 'Sundays',
    host: 'lab',
    repository,
    vms: ['FS01'],
    folder: join(folder, 'trials'),
    switch: null,
    listen: null,
    waitSeconds: 60,
    keyFile,
    passphraseFile,
    recurrence: 'weekly',
    hours: 4,
    time: '03:00',
    weekdays: ['sunday'],
    day: 1,
    timeZone: 'Europe/Vienna',
  };
  const { drill } = await ask<{ drill: string }>('drills.create', form);
  const [listed, ...others] = await ask<DrillView[]>('drills.list');
  assert.deepEqual([listed?.id, listed?.vms, others], [drill, ['FS01'], []]);
  assert.match(listed!.next!.local, /T03:00/);
  assert.equal(new Date(listed!.next!.local.slice(0, 10)).getUTCDay(), 0);
  assert.equal((await call('drills.create', form)).code, 'drill/exists');
  assert.notEqual((await call('drills.create', { ...form, name: 'Elsewhere', host: 'no-such-host' })).code, undefined);
  assert.equal((await call('drills.create', { ...form, name: 'Late', time: '25:00' })).code, 'input/invalid');
  assert.equal((await call('drills.run', { drill: 'no such' })).code, 'input/not-found');

  const first = await ask<{ form: DrillForm }>('drills.get', { drill });
  assert.deepEqual(first.form, { ...form, day: 0 }, 'the form comes back as it was given');
  await ask('drills.create', { ...form, name: 'Another' });
  assert.equal((await call('drills.edit', { drill, form: { ...form, name: 'Another' } })).code, 'drill/exists');
  await ask('drills.edit', { drill, form: { ...form, name: 'Saturdays', weekdays: ['saturday'], waitSeconds: 90 } });
  const changed = (await ask<DrillView[]>('drills.list')).find(({ id }) => id === drill);
  assert.deepEqual([changed?.name, changed?.waitSeconds], ['Saturdays', 90]);
  assert.equal(new Date(changed!.next!.local.slice(0, 10)).getUTCDay(), 6);
  const paused = async (): Promise<readonly unknown[]> => {
    const found = (await ask<DrillView[]>('drills.list')).find(({ id }) => id === drill);
    return [found?.paused, found?.next === null];
  };
  await ask('drills.pause', { drill, paused: true });
  assert.deepEqual(await paused(), [true, true]);
  await ask('drills.pause', { drill, paused: false });
  assert.deepEqual(await paused(), [false, false]);
  assert.equal((await call('drills.pause', { drill: 'no such', paused: true })).code, 'input/not-found');
  assert.equal((await call('drills.edit', { drill: 'no such', form })).code, 'input/not-found');

  for (const one of ['Another', drill]) await ask('drills.remove', { drill: one });
  assert.deepEqual(await ask('drills.list'), []);
  const deeds = await ask<ActivityView[]>('activity.list', { limit: 100 });
  assert.ok(
    ['drill.make-key', 'drill.create', 'drill.edit', 'drill.pause', 'drill.remove'].every((action) =>
      deeds.some((deed) => deed.action === action),
    ),
  );
});

test('a record from anywhere is checked: its signature, its key, and that it is one', async (context) => {
  const { ask, call } = await testConsole(context);
  const key = newDrillKey();
  const record = {
    version: 1,
    run: '0'.repeat(12),
    at: '2026-11-30T03:00:00.000Z',
    repository: 'r',
    point: 'p',
    pointTime: '2026-11-29T22:00:00.000Z',
    vm: 'FS01',
    host: 'lab',
    network: 'disconnected',
    verdict: 'passed',
    servedAfterMs: 900,
    startedAfterMs: 1500,
    heartbeat: 'ok',
    heartbeatAfterMs: 2000,
    screen: null,
    picture: null,
    verification: { verdict: 'sound', checks: [], notes: [], evidence: null },
    undone: true,
    error: null,
  } as const;
  const signed = signDrillRecord(record, key);
  const check = (text: string, wanted: string | null = null) => call('drills.check', { text, key: wanted });
  const text = JSON.stringify(signed);
  assert.deepEqual(await ask('drills.check', { text, key: null }), { record, publicKey: publicDrillKey(key) });
  assert.equal((await check(text, publicDrillKey(key))).code, undefined);
  assert.equal((await check(text, publicDrillKey(newDrillKey()))).code, 'drill/other-key');
  const changed = Buffer.from(JSON.stringify({ ...record, vm: 'DC01' })).toString('base64');
  assert.equal((await check(JSON.stringify({ ...signed, record: changed }))).code, 'drill/record-forged');
  assert.equal((await check('{}')).code, 'drill/record-malformed');
  assert.equal((await call('drills.record', { run: '0'.repeat(12) })).code, 'input/not-found');
});
