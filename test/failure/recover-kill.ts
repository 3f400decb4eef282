/**
 * SIGKILL at every step that start, finalise and discard of a recovery write down, and a drill that waits: `npm run kill:recover`. After the next command nothing is
 * left that belongs to nobody: no connection, folder, publication or overlay, and the restore point is as it was.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicationView, RecoveryReport, RecoveryView } from '#contract';
import { readLab } from '../../main/lab/state.ts';
import { sha256 } from '../fixtures/environment.ts';

const cli = new URL('../../main/cli/hostkeep.js', import.meta.url).pathname;

interface Bench {
  readonly folder: string;
  readonly home: string;
  json<Value>(...parameters: readonly string[]): Promise<Value>;
  /** Kills the command once it has written down so many steps; false when it ended before. */
  killAt(step: number, ...parameters: readonly string[]): Promise<boolean>;
}

async function bench(context: TestContext): Promise<Bench> {
  // Hooks run in the order in which they were made: what is published ends before its folder goes.
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-test-'));
  const [home, repo] = [join(folder, 'home'), join(folder, 'repo')];
  const env = { ...process.env, HOSTKEEP_HOME: home, HOSTKEEP_REPO: repo, HOSTKEEP_PASSWORD: 'correct-horse' };
  const json = <Value>(...parameters: readonly string[]): Promise<Value> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, [cli, '--json', ...parameters], { env }, (error, stdout, stderr) => {
        if (error !== null && error.code !== 3) reject(new Error(`${parameters.join(' ')}: ${stdout}${stderr}`));
        else resolve(JSON.parse(stdout) as Value);
      });
    });
  const killAt: Bench['killAt'] = async (step, ...parameters) => {
    const child = spawn(process.execPath, [cli, '--json', ...parameters], { env, stdio: 'ignore' });
    const ended = new Promise<boolean>((resolve) => child.once('exit', (_code, signal) => resolve(signal === 'SIGKILL')));
    const state = new DatabaseSync(join(home, 'state.db'), { readOnly: true });
    const steps = state.prepare('SELECT count(*) AS steps FROM run_steps WHERE run IN (SELECT id FROM runs WHERE pid = ?)');
    while (child.exitCode === null && child.signalCode === null) {
      if (Number(steps.get(child.pid!)?.['steps']) >= step) child.kill('SIGKILL');
      await sleep(1);
    }
    state.close();
    return ended;
  };
  context.after(async () => {
    for (const one of await json<PublicationView[]>('publish', 'list'))
      if (one.state === 'serving') await json('publish', 'stop', one.id);
    await rm(folder, { recursive: true, force: true });
  });
  await json('lab', 'create');
  await json('repo', 'init', repo);
  await json('backup', '--vm', 'LNX01');
  return { folder, home, json, killAt };
}

const startOf = ({ folder }: Bench, name: string): readonly string[] => [
  'recover',
  'start',
  'LNX01@latest',
  '--host',
  'lab',
  '--folder',
  join(folder, 'VMs'),
  '--name',
  name,
  '--wait',
  '5',
];

/** The next start cleans what is left; it is taken away again itself. */
async function nextStart(of: Bench): Promise<void> {
  const next = await of.json<RecoveryReport>(...startOf(of, 'next'));
  await of.json('recover', 'discard', next.recovery);
}

async function expectNothing(of: Bench): Promise<void> {
  assert.deepEqual(await of.json('recover', 'list'), []);
  assert.deepEqual(await of.json('publish', 'list'), []);
  assert.deepEqual((await readLab(of.home)).recoveries ?? {}, {});
  assert.deepEqual(await readdir(join(of.home, 'publications')).catch(() => []), []);
}

const limit = 40;

test('a start that is killed at any step is undone by the next one, or runs', async (context) => {
  const of = await bench(context);
  let kills = 0;
  for (let step = 1; step < limit; step += 1) {
    if (!(await of.killAt(step, ...startOf(of, `vm${step}`)))) break;
    kills += 1;
    await nextStart(of);
    // It had come to run: it is listed, and goes like any other.
    for (const one of await of.json<RecoveryView[]>('recover', 'list')) {
      assert.equal(one.state, 'running', `step ${step}`);
      await of.json('recover', 'discard', one.id);
    }
    assert.deepEqual(await readdir(join(of.folder, 'VMs')), [], `step ${step}`);
    await expectNothing(of);
  }
  for (const one of await of.json<RecoveryView[]>('recover', 'list')) await of.json('recover', 'discard', one.id);
  assert.ok(kills >= 8, `${kills} kills`);
});

test('a finalise that is killed at any step is taken back or brought to its end, and can be done again', async (context) => {
  const of = await bench(context);
  const raw = join(of.folder, 'before.raw');
  await of.json('restore-disk', 'LNX01@latest', '--to', raw, '--format', 'raw');
  let kills = 0;
  for (let step = 1; step < limit; step += 1) {
    const name = `home${step}`;
    await of.json(...startOf(of, name));
    const killed = await of.killAt(step, 'recover', 'finalise', name);
    if (killed) {
      kills += 1;
      await nextStart(of);
    }
    const left = await of.json<RecoveryView[]>('recover', 'list');
    for (const one of left) await of.json('recover', 'finalise', one.id);
    const vms = await of.json<{ name: string; state: string; disks: unknown[] }[]>('vm', 'list', '--host', 'lab');
    const vm = vms.find((one) => one.name === name)!;
    assert.deepEqual([vm.state, vm.disks.length], ['running', 1], `step ${step}`);
    await expectNothing(of);
    if (!killed) break;
  }
  assert.ok(kills >= 6, `${kills} kills`);
  const after = join(of.folder, 'after.raw');
  await of.json('restore-disk', 'LNX01@latest', '--to', after, '--format', 'raw');
  assert.equal(await sha256(after), await sha256(raw), 'the restore point never changes');
});

test('a discard that is killed at any step is finished by the next command', async (context) => {
  const of = await bench(context);
  let kills = 0;
  for (let step = 1; step < limit; step += 1) {
    const name = `gone${step}`;
    await of.json(...startOf(of, name));
    const killed = await of.killAt(step, 'recover', 'discard', name);
    if (killed) kills += 1;
    await nextStart(of);
    // Killed before it had begun on the host: it runs as before.
    for (const one of await of.json<RecoveryView[]>('recover', 'list')) {
      assert.equal(one.state, 'running', `step ${step}`);
      await of.json('recover', 'discard', one.id);
    }
    assert.deepEqual(await readdir(join(of.folder, 'VMs')), [], `step ${step}`);
    await expectNothing(of);
    if (!killed) break;
  }
  assert.ok(kills >= 2, `${kills} kills`);
});

test('a drill that is killed while it waits is taken away by the next command', async (context) => {
  const of = await bench(context);
  const key = join(of.folder, 'drill.pem');
  await of.json('drill', 'key', '--new', key);
  await of.json('lab', 'fault', 'heartbeat', 'recovery-fails', '--times', '1000');
  const place = ['--host', 'lab', '--folder', join(of.folder, 'VMs'), '--key-file', key, '--wait', '600'];
  // The thirteenth step is the wait for the heartbeat: the VM runs by then.
  assert.ok(await of.killAt(13, 'drill', 'run', 'LNX01@latest', ...place));
  assert.equal((await of.json<RecoveryView[]>('recover', 'list')).length, 1);
  await of.json('lab', 'fault', '--clear');
  await nextStart(of);
  assert.deepEqual(await readdir(join(of.folder, 'VMs')), []);
  await expectNothing(of);
});
