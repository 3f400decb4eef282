import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BackupOutcome, PointSummary } from '#contract';
import { cli, commandLine } from '../fixtures/command-line.ts';
import { temporaryFolder } from '../fixtures/environment.ts';

test('the main job, by its commands and their JSON', async (context) => {
  const folder = await temporaryFolder(context);
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    HOSTKEEP_HOME: join(folder, 'home'),
    HOSTKEEP_REPO: join(folder, 'repo'),
    HOSTKEEP_PASSWORD: 'correct-horse',
  };
  const run = (...parameters: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...parameters], { env: environment, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const json = <Value>(...parameters: readonly string[]): Value => {
    const { status, stdout, stderr } = run('--json', ...parameters);
    assert.equal(status, 0, `${parameters.join(' ')}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Value;
  };

  assert.equal(run('vm', 'list').status, 1, 'there is no lab yet');
  assert.deepEqual(json<{ vms: string[] }>('lab', 'create').vms, ['FS01', 'APP01', 'LNX01']);
  const { recoveryKey } = json<{ recoveryKey: string }>('repo', 'init', join(folder, 'repo'));
  assert.match(recoveryKey, /^(\w{4}-){8}\w{4}$/);
  assert.equal(json<{ name: string }[]>('vm', 'list').length, 3);
  const first = json<BackupOutcome>('backup', '--vm', 'FS01', 'LNX01');
  // From here on by the recovery key: a passphrase costs every command half a second of deriving.
  environment['HOSTKEEP_PASSWORD'] = recoveryKey;
  assert.equal(first.result, 'success');
  json('lab', 'pass-day');
  const second = json<BackupOutcome>('backup', '--vm', 'FS01', 'LNX01');
  assert.ok(second.readBytes < first.readBytes / 10 && second.vms.every((vm) => vm.fullReadReason === null));

  const points = json<PointSummary[]>('points', '--vm', 'fs01');
  assert.deepEqual(Object.keys(points[0]!), [
    'id',
    'vm',
    'vmId',
    'time',
    'consistency',
    'disks',
    'storedBytes',
    'readBytes',
    'skippedBytes',
    'evidence',
  ]);
  assert.equal(points.length, 2);
  const stats = json<Record<string, number>>('repo', 'stats');
  assert.deepEqual(Object.keys(stats), ['points', 'logicalBytes', 'storedBytes', 'chunks', 'packs']);
  const rows = json<{ name: string; type: string; sizeBytes: number; modified: string }[]>(
    'ls',
    'FS01@latest',
    '/disk0/part2/users/ANNA/Documents',
  );
  const note = rows.find((row) => row.name === 'note of day 1.txt')!;
  assert.deepEqual(Object.keys(note), ['name', 'type', 'sizeBytes', 'modified', 'unreadable']);
  const path = '/disk0/part2/Users/anna/Documents/note of day 1.txt';
  const text = run('cat', 'FS01@latest', path).stdout;
  assert.equal(Buffer.byteLength(text), note.sizeBytes);
  json('restore-files', points[1]!.id.slice(0, 8), path, '--to', join(folder, 'files'));
  assert.equal(await readFile(join(folder, 'files', 'note of day 1.txt'), 'utf8'), text);
  const mistyped = run('restore-files', 'FS01@latest', path, `${path}x`, '--to', join(folder, 'mistyped'));
  assert.equal(mistyped.status, 2);
  assert.equal(existsSync(join(folder, 'mistyped')), false, 'nothing is written where one of the paths is not there');
  assert.equal(run('cat', points[0]!.id, path).status, 2, 'the day before had no such note');
  assert.equal(json<unknown[]>('disks', 'FS01@latest').length, 1);
  json('restore-vm', 'LNX01@latest', '--to', join(folder, 'vms'));
  assert.equal(run('restore-vm', 'LNX01@latest', '--to', join(folder, 'vms')).status, 2, 'nothing is overwritten');
  json('restore-disk', 'LNX01@latest', '--disk', '0', '--to', join(folder, 'lnx.img'));
  assert.equal((await stat(join(folder, 'lnx.img'))).size, 96 * 1024 * 1024, 'its name says that it is raw');
  for (const wrong of [['lnx.vhd'], ['lnx.vhdx', '--format', 'raw'], ['lnx.raw', '--format', 'vhdx']] as const)
    assert.equal(run('restore-disk', 'LNX01@latest', '--to', join(folder, wrong[0]), ...wrong.slice(1)).status, 2);
  const everything = run('--json', 'restore-files', 'LNX01@latest', '/disk0', '--to', join(folder, 'all'));
  assert.deepEqual([everything.status, /not-in-a-volume/.test(everything.stdout)], [2, true], everything.stdout);
  assert.match(run('run', 'show', second.run).stdout, /SqlServerWriter|System Writer/);
  assert.ok(
    run('run', 'show', second.run)
      .stdout.split('\n')
      .every((line) => line.length <= 80),
  );
  const kinds = json<{ kind: string }[]>('runs').map((run) => run.kind);
  assert.equal(kinds.filter((kind) => kind === 'backup').length, 2);
  for (const kind of ['restore-files', 'restore-vm', 'restore-disk', 'lab']) assert.ok(kinds.includes(kind), kind);
  json('forget', points[0]!.id);
  assert.match(
    run('compact').stdout.replaceAll(/\s+/g, ' '),
    new RegExp(`${points[0]!.id} is dropped and keeps its space until .*--now`),
  );
  json('forget', points[0]!.id, '--now');
  assert.deepEqual(json('undelete'), []);
  json('compact');
  assert.deepEqual(json<{ problems: unknown[] }>('repo', 'check', '--read-data').problems, []);
  json('repo', 'key', 'add-recovery');
  json('repo', 'unlock');
  json('host', 'check');

  environment['HOSTKEEP_PASSWORD'] = 'wrong passphrase';
  const refused = run('points');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^hostkeep: The passphrase or recovery key does not open this repository\.\n/);
  assert.equal(run('no-such-command').status, 2);
  assert.equal(run('restore-disk', '--help').status, 0);
});

test('a VM that is named twice is backed up once', async (context) => {
  const { json } = await commandLine(context);
  const { vms } = await json<BackupOutcome>('backup', '--vm', 'LNX01', 'lnx01', '--no-catalog');
  assert.deepEqual(
    vms.map(({ vm }) => vm),
    ['LNX01'],
  );
});

test('what is not there is named as it was typed, with the command that lists it', async (context) => {
  const { run } = await commandLine(context);
  for (const [command, says] of [
    [['undelete', 'nope'], /dropped nope.*hostkeep undelete/],
    [['alert', 'seen', 'nope'], /alert nope.*hostkeep alert list/],
    [['report', '--month', '2026'], /a month such as 2026-10.*month 2026/],
  ] as const) {
    const told = await run(...command);
    assert.equal(told.status, 2, told.stdout);
    assert.match(told.stderr.replaceAll(/\s+/g, ' '), says);
  }
});

test('a writer that fails makes the run say so, as the policy wants it', async (context) => {
  const line = await commandLine(context);
  const run = (...parameters: readonly string[]) => line.run('--json', ...parameters);
  const unsaid = await run('lab', 'fault', 'flush');
  assert.deepEqual([unsaid.status, /missing-option.*writer-failed/.test(unsaid.stdout)], [2, true], unsaid.stdout);
  await run('lab', 'fault', 'flush', 'writer-failed', '--times', '2');
  const required = await run('backup', '--vm', 'APP01', '--consistency', 'require');
  assert.equal(required.status, 1);
  const warned = await run('backup', '--vm', 'APP01', '--consistency', 'warn');
  assert.equal(warned.status, 3);
  assert.equal((JSON.parse(warned.stdout) as BackupOutcome).vms[0]?.consistency, 'crash');
  await run('lab', 'fault', 'prepare', 'writer-retryable');
  const retried = await run('backup', '--vm', 'APP01');
  assert.equal(retried.status, 0, retried.stdout);
  await run('lab', 'fault', 'checkpoint', 'tracking-lost');
  const lost = await line.json<BackupOutcome>('backup', '--vm', 'APP01');
  assert.match(lost.vms[0]?.fullReadReason ?? '', /change tracking/);
  await run('lab', 'fault', 'release', 'merge-hang');
  const hung = await run('backup', '--vm', 'APP01');
  assert.equal(hung.status, 1, 'the host is not as it was');
  const next = await line.json<BackupOutcome>('backup', '--vm', 'APP01');
  assert.equal(next.result, 'success', 'and the next run cleans it up');
});
