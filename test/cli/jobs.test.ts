import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import type { Evidence, Job, PlannedStart, RunRecord, VerifiedPoint } from '#contract';
import type { RanJob } from '#service';
import { cli, commandLine } from '../fixtures/command-line.ts';
import { farFrom } from '../fixtures/far-from.ts';

const backups = (runs: readonly RunRecord[]): readonly RunRecord[] => runs.filter((run) => run.kind === 'backup');

async function shop(context: TestContext) {
  const { env, folder, home, repo, secretFile, run, json } = await commandLine(context);
  env['TZ'] = 'Europe/Vienna';
  // A job knows where its repository is, and where its passphrase lies.
  delete env['HOSTKEEP_REPO'];
  delete env['HOSTKEEP_PASSWORD'];
  const create = (name: string, ...more: readonly string[]): Promise<Job> =>
    json('job', 'create', name, '--repo', repo, '--passphrase-file', secretFile, ...more);
  return {
    env,
    folder,
    home,
    repo,
    secretFile,
    json,
    create,
    run: (...parameters: readonly string[]) => run('--json', ...parameters),
  };
}

test('a job takes the VMs that have its tag when it runs', async (context) => {
  const { run, json, create, repo, secretFile } = await shop(context);
  assert.equal((await create('Tagged', '--tag', 'nightly', '--manual', '--verify')).verifyAfterRun, true);
  assert.match((await run('job', 'run', 'Tagged')).stdout, /job\/selects-nothing/);
  assert.deepEqual((await json<{ tags: string[] }>('vm', 'tag', 'lnx01', '--add', 'nightly', 'linux')).tags, [
    'linux',
    'nightly',
  ]);
  const listed = await json<{ name: string; tags: string[] }[]>('vm', 'list');
  assert.deepEqual(listed.find(({ name }) => name === 'LNX01')?.tags, ['linux', 'nightly']);
  assert.equal((await run('vm', 'tag', 'LNX01', '--add', 'two words')).status, 2);
  assert.equal((await run('vm', 'tag', 'NOBODY')).status, 2);
  const ran = await json<RanJob>('job', 'run', 'Tagged');
  assert.deepEqual(ran.started && ran.outcome.vms.map((vm) => vm.vm), ['LNX01']);
  const verified = (await json<{ kind: string; state: string; vms: string[] }[]>('runs')).filter(({ kind }) => kind === 'verify');
  assert.deepEqual(
    verified.map(({ state, vms }) => [state, vms]),
    [['success', ['LNX01']]],
  );
  const [evidence] = await json<Evidence[]>('evidence', 'LNX01@latest', '--repo', repo, '--password-file', secretFile);
  assert.deepEqual([evidence!.grade, evidence!.depth, evidence!.by], ['limited', 'sample', 'job Tagged']);
  const open = ['--repo', repo, '--password-file', secretFile];
  for (const which of [['--next', '3'], ['--newest']]) {
    const series = await json<{ verified: VerifiedPoint[] }>('verify', ...which, ...open);
    assert.deepEqual(
      series.verified.map(({ vm, grade, error }) => [vm, grade, error]),
      [['LNX01', 'limited', null]],
    );
  }
  assert.equal((await json<Evidence[]>('evidence', 'LNX01@latest', ...open)).length, 3, 'each report is kept beside the point');
  assert.equal((await run('verify', 'LNX01@latest', '--newest', ...open)).status, 2);
  const secret = await readFile(secretFile);
  await rm(secretFile);
  assert.equal((await run('job', 'run', 'Tagged')).status, 1);
  const [newest] = backups(await json<RunRecord[]>('runs'));
  assert.deepEqual(
    [newest!.state, newest!.error?.code],
    ['failed', 'input/not-found'],
    'a job that cannot begin is among the runs',
  );
  await writeFile(secretFile, secret, { mode: 0o600 });
  await writeFile(join(repo, 'points', '0123456789abcdef.point'), 'no manifest');
  const damaged = await run('verify', '--newest', ...open);
  assert.equal(damaged.status, 1, 'a point that cannot be read may be the newest of any VM');
  const { verified: seen } = JSON.parse(damaged.stdout) as { verified: VerifiedPoint[] };
  assert.deepEqual(
    seen.map(({ vm, time, error }) => [vm, time === null, error?.code]),
    [
      ['LNX01', false, undefined],
      ['?', true, 'repository/point-damaged'],
    ],
  );
  await rm(join(repo, 'points', '0123456789abcdef.point'));
  assert.equal((await run('verify', ...open)).status, 2);
  assert.equal((await json<Job>('job', 'edit', 'Tagged', '--no-verify')).verifyAfterRun, false);
  assert.deepEqual((await json<{ tags: string[] }>('vm', 'tag', 'LNX01', '--remove', 'nightly')).tags, ['linux']);
});

test('a job keeps what the disk is that it leaves out from the moment it is saved, and what somebody chooses again is looked at again', async (context) => {
  const { json, create } = await shop(context);
  const [chosen] = (await create('Lean', '--vm', 'APP01', '--exclude-disk', 'app01:1', '--manual')).excludedDisks;
  assert.deepEqual([chosen!.disk, chosen!.was?.name, typeof chosen!.chosenAt], [1, 'app01-data.vhdx', 'number']);
  const ran = await json<RanJob>('job', 'run', 'Lean');
  assert.equal(ran.started && ran.outcome.result, 'success');
  const known = (await json<Job>('job', 'show', 'Lean')).excludedDisks[0]!;
  assert.deepEqual(known, chosen, 'the run left out the disk that was meant');
  assert.deepEqual((await json<Job>('job', 'edit', 'Lean', '--name', 'Leaner')).excludedDisks, [known]);
  const again = (await json<Job>('job', 'edit', 'Leaner', '--exclude-disk', 'APP01:1', 'APP01:7')).excludedDisks;
  assert.deepEqual([again[0]!.was, again[1]!.was], [chosen!.was, null], 'nothing lies at the second place yet');
});

test('a job that names VMs which its host has not is made, with a warning', async (context) => {
  const { repo, run } = await shop(context);
  const wanted = ['--repo', repo, '--manual', '--vm', 'LNX01', 'GONE01', '--exclude-vm', 'lnx02'];
  const made = await run('job', 'create', 'Typed', ...wanted);
  assert.equal(made.status, 0, made.stderr);
  const told = made.stderr.replaceAll(/\s+/g, ' ');
  assert.match(told, /VMs of the job are not on the host.*GONE01.*lnx02/);
  assert.doesNotMatch(told, /LNX01/);
  const mended = await run('job', 'edit', 'Typed', '--vm', 'LNX01', '--exclude-vm', 'APP01');
  assert.doesNotMatch(mended.stderr, /not on the host/);
});

test('a job whose repository does not open is made, with a warning; a day that not every month has is refused with the days there are', async (context) => {
  const { folder, repo, run, secretFile } = await shop(context);
  const made = async (name: string, place: string, file: string) =>
    run('job', 'create', name, '--repo', place, '--passphrase-file', file);
  const nowhere = await made('Nowhere', join(folder, 'nowhere'), secretFile);
  assert.deepEqual([nowhere.status, /no repository here/.test(nowhere.stderr)], [0, true], nowhere.stderr);
  const wrong = join(folder, 'wrong');
  await writeFile(wrong, 'some other passphrase\n');
  assert.match((await made('Wrong', repo, wrong)).stderr, /does not open this repository/);
  assert.equal((await made('Right', repo, secretFile)).stderr, '');
  const late = await run('job', 'create', 'Late', '--repo', repo, '--passphrase-file', secretFile, '--monthly', '31');
  assert.deepEqual([late.status, /1 to 28 or last/.test(late.stdout)], [2, true], late.stdout);
});

test('a job is made, previewed, changed, paused, run and deleted', async (context) => {
  const { run, json, create } = await shop(context);
  const made = await create('Nightly', '--vm', 'LNX01', '--monthly', 'last friday', '--at', '22:30', '--keep-daily', '14');
  assert.deepEqual(made.schedule.recurrence, {
    kind: 'monthly',
    on: { kind: 'weekday', which: 'last', weekday: 'friday' },
    months: [],
    times: ['22:30'],
  });
  assert.equal(made.schedule.timeZone, 'Europe/Vienna');
  assert.equal((await run('job', 'create', 'NIGHTLY', '--repo', '/x')).status, 2, 'a name is taken whatever its case');
  assert.equal((await run('job', 'create', 'Other', '--repo', '/x', '--at', '25:00')).status, 2);

  const preview = await json<PlannedStart[]>('schedule', 'preview', 'nightly', '--count', '4');
  assert.equal(preview.length, 4);
  for (const { local, at } of preview) {
    assert.match(local, /^\d{4}-\d\d-\d\dT22:30\+0[12]:00$/);
    const day = new Date(local.slice(0, 10));
    assert.equal(day.getUTCDay(), 5);
    assert.notEqual(new Date(day.getTime() + 7 * 86_400_000).getUTCMonth(), day.getUTCMonth());
    assert.equal(Date.parse(at), Date.parse(local));
  }
  const limits = ['--vms-at-once', '2', '--rate', '100', '--working-hours', 'mon,tue 08:00-17:00', '--working-latency', '20'];
  const own = ['--vm-keep', 'SQL01 daily=30 monthly=12', 'DC01 all'];
  const changed = await json<Job>('job', 'edit', 'Nightly', '--name', 'Every hour', '--every', '1', ...limits, ...own);
  assert.deepEqual(
    changed.vmRetention.map(({ vm, retention }) => [vm, retention?.daily, retention?.monthly, retention?.weekly]),
    [
      ['SQL01', 30, 12, 0],
      ['DC01', undefined, undefined, undefined],
    ],
  );
  assert.deepEqual([changed.id, changed.retention?.daily], [made.id, 14]);
  assert.deepEqual(changed.limits, {
    vmsAtOnce: 2,
    bytesPerSecond: 100 * 1024 * 1024,
    latencyMs: null,
    workingHours: {
      during: [{ weekdays: ['monday', 'tuesday'], from: '08:00', to: '17:00' }],
      vmsAtOnce: 1,
      bytesPerSecond: null,
      latencyMs: 20,
    },
  });
  await json('job', 'pause', 'every hour');
  assert.deepEqual(await json('schedule', 'preview', 'Every hour'), []);
  assert.equal((await json<RanJob>('job', 'run', 'Every hour', '--if-due')).started, false);

  const ran = await json<RanJob>('job', 'run', 'Every hour');
  assert.ok(ran.started && ran.outcome.result === 'success', 'a paused job can be run by hand');
  assert.equal(ran.outcome.points.length, 1);
  assert.deepEqual(
    backups(await json('runs')).map((one) => [one.id, one.state]),
    [[ran.outcome.runs[0], 'success']],
  );
  await json('job', 'pause', 'Every hour', '--resume');
  await json('job', 'pause', '--all');
  assert.deepEqual(await json('schedule', 'preview', 'Every hour'), []);
  await json('job', 'pause', '--all', '--resume');
  assert.equal((await json<PlannedStart[]>('schedule', 'preview', 'Every hour')).length, 10);
  assert.deepEqual(
    (await json<Job[]>('job', 'list')).map((one) => one.name),
    ['Every hour'],
  );
  await json('job', 'delete', 'Every hour');
  assert.equal((await run('job', 'show', 'Every hour')).status, 2);
});

test('what fails and may pass is tried again, and what the disks of a job leave out is not read', async (context) => {
  const { run, json, create, home, repo, secretFile } = await shop(context);
  await create('App', '--vm', 'APP01', '--exclude-disk', 'APP01:1', '--manual');
  const { points } = (await json<{ outcome: { points: string[] } }>('job', 'run', 'App')).outcome;
  const disks = await json<unknown[]>('disks', points[0]!, '--repo', repo, '--password-file', secretFile);
  assert.equal(disks.length, 1);
  await run('lab', 'fault', 'checkpoint', 'checkpoint-failed', '--vm', 'LNX01');
  const file = join(home, 'state.db');
  const { DatabaseSync } = await import('node:sqlite');
  await create('Two', '--vm', 'LNX01', 'FS01', '--manual', '--vms-at-once', '2');
  const state = new DatabaseSync(file);
  state.exec(`UPDATE jobs SET definition = json_set(definition, '$.retry.pauseMinutes', 0.001)`);
  state.close();
  const ran = await json<RanJob>('job', 'run', 'Two');
  assert.ok(ran.started);
  assert.deepEqual([ran.outcome.result, ran.outcome.recovered, ran.outcome.runs.length], ['success', ['LNX01'], 2]);
  assert.equal(ran.outcome.points.length, 2, 'the VM that was done is not done again');
  await create('Gone', '--vm', 'LNX01', 'NOBODY', '--manual');
  const gone = await run('job', 'run', 'Gone');
  assert.equal(gone.status, 1);
  assert.match(gone.stdout, /job\/vm-gone/);
});

const hourly = (): readonly string[] => ['--every', '1', '--at', farFrom(Date.now()), '--time-zone', 'UTC'];

test('the scheduler in a process catches up what was missed, once, and sees a job that is made while it runs', async (context) => {
  const { env, json, create, home } = await shop(context);
  const late = await create('Late', '--vm', 'LNX01', ...hourly());
  const { DatabaseSync } = await import('node:sqlite');
  const state = new DatabaseSync(join(home, 'state.db'));
  state.prepare('UPDATE jobs SET handled_until = ? WHERE id = ?').run(Date.now() - 5 * 3_600_000, late.id);
  state.close();
  const scheduler = spawn(process.execPath, [cli, '--json', 'scheduler', 'run'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => scheduler.kill('SIGKILL'));
  const notes = createInterface({ input: scheduler.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await notes.next()).value as string) as { job: string; exitCode: number | null };
  assert.deepEqual([(await next()).job, (await next()).exitCode], [late.id, 0]);
  assert.equal(backups(await json('runs')).length, 1, 'five missed hours are one run');
  const second = await create('Second', '--vm', 'LNX01', ...hourly());
  assert.equal((await next()).job, second.id);
  assert.deepEqual([(await next()).exitCode, backups(await json('runs')).length], [0, 1], 'it is looked at, and not due');
  scheduler.kill('SIGTERM');
  await new Promise((resolve) => scheduler.once('exit', resolve));
});

test(
  'where there is no keystore a job that wants it is not made; a policy is asked about with the passphrase that is given',
  { skip: process.platform === 'win32' },
  async (context) => {
    const { env, json, repo, run, secretFile } = await shop(context);
    env['PATH'] = '';
    env['HOSTKEEP_PASSWORD'] = (await readFile(secretFile, 'utf8')).trim();
    const wanted = ['Kept', '--repo', repo, '--all', '--manual', '--keep-daily', '3'];
    const refused = await run('job', 'create', ...wanted, '--save-passphrase');
    assert.match(refused.stdout, /secrets\/unavailable/);
    assert.deepEqual(await json('job', 'list'), []);
    await json('job', 'create', ...wanted);
    assert.deepEqual(await json('retention', 'simulate', 'Kept', '--days', '3'), []);
    delete env['HOSTKEEP_PASSWORD'];
    assert.equal((await run('retention', 'simulate', 'Kept', '--days', '3')).status, 2, 'nobody gave one');
    assert.equal((await run('job', 'create', 'Late', '--repo', repo, '--at', '25:00')).status, 2);
  },
);
