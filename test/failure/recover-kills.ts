/**
 * SIGKILL at steps that start, finalise and discard of a recovery write down. After the next command nothing is left that belongs to
 * nobody: no connection, folder, publication or overlay, and the restore point is as it was.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicationView, RecoveryReport, RecoveryView } from '#contract';
import { readLab } from '../../main/lab/state.ts';
import { cli } from '../fixtures/command-line.ts';
import { placeRepositoryAt } from '../fixtures/empty-repository.ts';
import { sha256 } from '../fixtures/environment.ts';
import { copyLab } from '../fixtures/lab.ts';

export interface KillBench {
  readonly folder: string;
  readonly home: string;
  json<Value>(...parameters: readonly string[]): Promise<Value>;
  /** Kills the command once it has written down so many steps; false when it ended before. */
  killAt(step: number, ...parameters: readonly string[]): Promise<boolean>;
}

export async function killBench(context: TestContext): Promise<KillBench> {
  // Hooks run in the order in which they were made: what is published ends before its folder goes.
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-test-'));
  const [home, repo] = [join(folder, 'home'), join(folder, 'repo')];
  const env = { ...process.env, HOSTKEEP_HOME: home, HOSTKEEP_REPO: repo, HOSTKEEP_PASSWORD: await placeRepositoryAt(repo) };
  await copyLab(home);
  const json = <Value>(...parameters: readonly string[]): Promise<Value> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, [cli, '--json', ...parameters], { env }, (error, stdout, stderr) => {
        if (error !== null && error.code !== 3) reject(new Error(`${parameters.join(' ')}: ${stdout}${stderr}`));
        else resolve(JSON.parse(stdout) as Value);
      });
    });
  const killAt: KillBench['killAt'] = async (step, ...parameters) => {
    const child = spawn(process.execPath, [cli, '--json', ...parameters], { env, stdio: 'ignore' });
    const ended = new Promise<boolean>((resolve) => child.once('exit', (_code, signal) => resolve(signal === 'SIGKILL')));
    const state = new DatabaseSync(join(home, 'state.db'), { timeout: 60_000 });
    try {
      state.exec(stopAfter(child.pid!, step));
      const steps = state.prepare('SELECT count(*) AS steps FROM run_steps WHERE run IN (SELECT id FROM runs WHERE pid = ?)');
      while (child.exitCode === null && child.signalCode === null) {
        if (Number(steps.get(child.pid!)?.['steps']) >= step) child.kill('SIGKILL');
        await sleep(1);
      }
      await ended;
      state.exec('DROP TRIGGER after_step; DROP TRIGGER at_end;');
    } finally {
      state.close();
    }
    return ended;
  };
  context.after(async () => {
    for (const one of await json<PublicationView[]>('publish', 'list'))
      if (one.state === 'serving') await json('publish', 'stop', one.id);
    await rm(folder, { recursive: true, force: true });
  });
  await json('backup', '--vm', 'LNX01');
  return { folder, home, json, killAt };
}

/**
 * The command stands still, in the statement itself, when it writes down one step more or its end: however late the look at its steps
 * comes, it is killed between the two.
 */
function stopAfter(pid: number, step: number): string {
  const steps = (run: string): string => `(SELECT count(*) FROM run_steps WHERE run = ${run})`;
  const forever = `SELECT count(*) FROM ${Array.from({ length: 9 }, (_, at) => `sqlite_schema AS t${at}`).join(', ')};`;
  return `
    CREATE TRIGGER after_step AFTER INSERT ON run_steps
      WHEN (SELECT pid FROM runs WHERE id = new.run) = ${pid} AND ${steps('new.run')} > ${step} BEGIN ${forever} END;
    CREATE TRIGGER at_end AFTER UPDATE ON runs
      WHEN new.pid = ${pid} AND new.state <> 'running' AND ${steps('new.id')} >= ${step} BEGIN ${forever} END;
  `;
}

const startOf = ({ folder }: KillBench, name: string): readonly string[] => [
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
  '300',
];

/** The next start cleans what is left; it is taken away again itself. */
export async function nextStart(of: KillBench): Promise<void> {
  const next = await of.json<RecoveryReport>(...startOf(of, 'next'));
  await of.json('recover', 'discard', next.recovery);
}

export async function expectNothing(of: KillBench): Promise<void> {
  assert.deepEqual(await of.json('recover', 'list'), []);
  assert.deepEqual(await of.json('publish', 'list'), []);
  assert.deepEqual((await readLab(of.home)).recoveries ?? {}, {});
  assert.deepEqual(await readdir(join(of.home, 'publications')).catch(() => []), []);
}

/** Kills at one step; false when the command had ended before. */
export type Trial = (of: KillBench, step: number) => Promise<boolean>;

/** Killed at any step, a start is undone by the next one, or its VM runs. */
export const killedStart: Trial = async (of, step) => {
  const killed = await of.killAt(step, ...startOf(of, `vm${step}`));
  await nextStart(of);
  await discardRunning(of, step);
  return killed;
};

/** Killed at any step, a finalise is taken back or brought to its end, and can be done again. */
export const killedFinalise: Trial = async (of, step) => {
  const name = `home${step}`;
  await of.json(...startOf(of, name));
  const killed = await of.killAt(step, 'recover', 'finalise', name);
  if (killed) await nextStart(of);
  for (const one of await of.json<RecoveryView[]>('recover', 'list')) await of.json('recover', 'finalise', one.id);
  const vms = await of.json<{ name: string; state: string; disks: unknown[] }[]>('vm', 'list', '--host', 'lab');
  const vm = vms.find((one) => one.name === name)!;
  assert.deepEqual([vm.state, vm.disks.length], ['running', 1], `step ${step}`);
  await expectNothing(of);
  return killed;
};

/** Killed at any step, a discard is finished by the next command. */
export const killedDiscard: Trial = async (of, step) => {
  const name = `gone${step}`;
  await of.json(...startOf(of, name));
  const killed = await of.killAt(step, 'recover', 'discard', name);
  await nextStart(of);
  await discardRunning(of, step);
  return killed;
};

/** What had come to run, or ran on, is listed, and goes like any other. */
async function discardRunning(of: KillBench, step: number): Promise<void> {
  for (const one of await of.json<RecoveryView[]>('recover', 'list')) {
    assert.equal(one.state, 'running', `step ${step}`);
    await of.json('recover', 'discard', one.id);
  }
  const left = (await readdir(join(of.folder, 'VMs'))).filter((folder) => !folder.startsWith('home'));
  assert.deepEqual(left, [], `step ${step}`);
  await expectNothing(of);
}

/** The content of the restore point, that no kill may change. */
export async function pointDigest(of: KillBench, as: string): Promise<string> {
  const raw = join(of.folder, `${as}.raw`);
  await of.json('restore-disk', 'LNX01@latest', '--to', raw, '--format', 'raw');
  return sha256(raw);
}
