import assert from 'node:assert/strict';
import { cp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Drill, DrillRecord, DrillReport, PointSummary, SignedDrillRecord, StatusReport } from '#contract';
import { newDrillKey, signDrillRecord } from '#engine/recovery';
import { commandLine, runHostkeep } from '../fixtures/command-line.ts';

interface Notice {
  readonly data: { readonly alerts: readonly { readonly kind: string }[] };
}

test('a drill starts a VM, judges it, takes it away and signs; its record is checked anywhere; a schedule runs it for every VM', async (context) => {
  const { folder, home, repo, secretFile, run, json } = await commandLine(context);
  await json('backup', '--vm', 'LNX01');
  const key = join(folder, 'drill.pem');
  const { publicKey } = await json<{ publicKey: string }>('drill', 'key', '--new', key);
  const place = ['--host', 'lab', '--folder', join(folder, 'trial'), '--key-file', key, '--wait', '300'];

  const done = await json<DrillReport>('drill', 'run', 'LNX01@latest', ...place);
  assert.deepEqual([done.verdict, done.record.heartbeat, done.record.undone], ['passed', 'ok', true]);
  assert.ok(done.record.servedAfterMs! > 0 && done.record.startedAfterMs! >= done.record.servedAfterMs!);
  const { verdict, evidence } = done.record.verification;
  assert.deepEqual([verdict, evidence?.depth], ['sound', 'sample']);
  assert.ok(evidence!.files > 0 && evidence!.bytes > 0);
  const [point] = await json<PointSummary[]>('points');
  assert.equal(point!.evidence!.at, evidence!.at, 'the report lies beside the point');
  assert.deepEqual([await json('recover', 'list'), await json('publish', 'list')], [[], []]);
  assert.deepEqual(await readdir(join(folder, 'trial')), []);

  // Elsewhere: no home, no repository, no secret.
  const copy = join(folder, 'record.json');
  await cp(done.file, copy);
  const bare = { PATH: process.env['PATH'], HOSTKEEP_HOME: '/nowhere' };
  const checked = await runHostkeep(bare, ['--json', 'drill', 'check', copy, '--key', publicKey]);
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  assert.equal((JSON.parse(checked.stdout) as { trusted: boolean }).trusted, true);
  const signed = JSON.parse(await readFile(copy, 'utf8')) as SignedDrillRecord;
  const better = Buffer.from(signed.record, 'base64').toString('utf8').replace('"LNX01"', '"SQL01"');
  await writeFile(copy, JSON.stringify({ ...signed, record: Buffer.from(better).toString('base64') }));
  const forged = await runHostkeep(bare, ['--json', 'drill', 'check', copy]);
  assert.match(forged.stdout, /drill\/record-forged/);
  assert.notEqual(forged.status, 0);
  // Anybody can sign something: it may not steer the terminal of who reads it.
  const steering = { ...(JSON.parse(better) as DrillRecord), vm: 'LNX01\u001b[2J', error: 'long '.repeat(40) };
  await writeFile(copy, JSON.stringify(signDrillRecord(steering, newDrillKey())));
  const shown = await runHostkeep(bare, ['drill', 'check', copy]);
  assert.equal(shown.status, 0, shown.stderr);
  assert.match(shown.stdout, /LNX01\?\[2J/);
  assert.ok(
    shown.stdout.split('\n').every((line) => line.length < 80 && !line.includes('\u001b')),
    shown.stdout,
  );

  await json(
    'drill',
    'create',
    'sundays',
    ...place,
    '--repo',
    repo,
    '--passphrase-file',
    secretFile,
    '--weekly',
    'sunday',
    '--at',
    '03:00',
  );
  assert.equal((await json<{ paused: boolean }>('drill', 'pause', 'sundays')).paused, true);
  const made = await json<Drill>('drill', 'show', 'sundays');
  const edit = ['drill', 'edit', 'sundays'];
  const edited = await json<Drill>(...edit, '--name', 'Mondays', '--weekly', 'monday', '--switch', 'lab', '--vm', 'LNX01');
  const { recurrence } = edited.schedule;
  assert.deepEqual([edited.id, edited.name, edited.switch, edited.vms], [made.id, 'Mondays', 'lab', ['LNX01']]);
  assert.deepEqual(recurrence, { kind: 'weekly', weekdays: ['monday'], times: ['22:00'] });
  assert.equal(edited.paused, true, 'what is not given stays');
  assert.deepEqual([edited.folder, edited.keyFile, edited.repository], [made.folder, made.keyFile, made.repository]);
  const { name, schedule } = made;
  const back = await json<Drill>(
    'drill',
    'edit',
    made.id,
    '--name',
    name,
    '--no-switch',
    '--all',
    '--weekly',
    'sunday',
    '--at',
    '03:00',
  );
  assert.deepEqual(back, { ...made, schedule }, 'the way back');
  assert.match((await run('--json', ...edit, '--host', 'nowhere')).stdout, /input\/not-found|host\/not-known/);
  assert.equal((await run(...edit, '--all', '--vm', 'LNX01')).status, 2);
  // What would fail at night is told by day, and what was made is made.
  const unfit = await run(...edit, '--passphrase-file', join(folder, 'not-there'), '--key-file', join(folder, 'no.pem'));
  assert.equal(unfit.status, 0, unfit.stderr);
  assert.match(unfit.stderr, /not-there[^]*no\.pem/);
  await json(...edit, '--passphrase-file', secretFile, '--key-file', key);
  const shownDrill = (await run('drill', 'show', 'sundays')).stdout;
  assert.ok(
    shownDrill.split('\n').every((line) => line.length <= 80 || line.includes(folder)),
    shownDrill,
  );
  assert.match((await run('drill', 'list')).stdout, /sundays .* paused/);
  assert.equal((await json<{ paused: boolean }>('drill', 'pause', 'sundays', '--resume')).paused, false);
  const waits = await json<{ started: boolean }>('job', 'run', 'sundays', '--if-due');
  assert.equal(waits.started, false);
  await json('lab', 'fault', 'heartbeat', 'recovery-fails', '--times', '1000');
  const silent = await run('--json', 'drill', 'run', 'LNX01@latest', ...place.slice(0, -1), '1');
  assert.equal((JSON.parse(silent.stdout) as DrillReport).verdict, 'unclear', silent.stdout);
  const open = async (): Promise<string[]> =>
    (JSON.parse((await run('--json', 'status')).stdout) as StatusReport).alerts
      .filter(({ clearedAt }) => clearedAt === null)
      .map(({ kind, severity }) => `${severity} ${kind}`);
  assert.deepEqual(await open(), ['warning drill-unclear']);
  await json('lab', 'fault', '--clear');
  const all = await json<{ reports: DrillReport[] }>('job', 'run', 'sundays');
  assert.deepEqual(
    all.reports.map(({ verdict, record }) => [verdict, record.vm]),
    [['passed', 'LNX01']],
  );
  assert.deepEqual(await open(), []);
  assert.equal((await readdir(join(home, 'drills'))).length, 3);

  const notices = join(folder, 'notices.json');
  await writeFile(notices, JSON.stringify({ webhooks: [{ name: 'chat', url: 'https://127.0.0.1:9/hook' }] }));
  await json('notify', 'set', notices);
  // A data pack that was lost: the guest may start, its restore point is damaged all the same.
  const packs = join(repo, 'packs');
  for (const name of await readdir(packs, { recursive: true }))
    if ((await stat(join(packs, name))).isFile()) await truncate(join(packs, name), 100);
  const broken = await run('--json', 'job', 'run', 'sundays');
  assert.notEqual(broken.status, 0, broken.stdout);
  assert.deepEqual((await open()).toSorted(), ['alert drill-failed', 'alert point-damaged']);
  const state = new DatabaseSync(join(home, 'state.db'), { readOnly: true });
  const deeds = state.prepare("SELECT action, subject, result FROM activity WHERE action LIKE 'drill.%' ORDER BY ordinal").all();
  assert.deepEqual(
    [deeds[0], deeds.find(({ result }) => result === 'refused')].map((row) => ({ ...row })),
    [
      { action: 'drill.create', subject: 'sundays', result: 'done' },
      { action: 'drill.edit', subject: 'sundays', result: 'refused' },
    ],
    'what is done by command is in the log of the console',
  );
  const told = state.prepare('SELECT body FROM deliveries ORDER BY id').all();
  state.close();
  assert.deepEqual(
    told.flatMap((row) => (JSON.parse(String(row['body'])) as Notice).data.alerts.map(({ kind }) => kind)),
    ['drill-failed', 'point-damaged'],
    'whoever wants notices is told of both, once',
  );
});
