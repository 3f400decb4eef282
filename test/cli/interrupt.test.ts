import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import type { BackupOutcome } from '#contract';
import { openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { labHypervisor, passDays } from '#lab';
import { cli, commandLine } from '../fixtures/command-line.ts';
import { clock, noise, random } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';
import { needs } from '../fixtures/tools.ts';

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  child.stdout?.on('data', (piece: Buffer) => (stdout += piece.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout };
}

/** Waits until something is as it should be; the process that brings it about may be slow. */
async function until(what: () => Promise<boolean>, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null) {
    if (await what()) return true;
    await sleep(5);
  }
  return false;
}

const filesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

test('an interrupt at any moment of a backup ends it as cancelled, and leaves no lock and no checkpoint', async (context) => {
  const { env, home, repo } = await commandLine(context);
  const host = labHypervisor(home, { clock, random });
  const hasCheckpoint = async (): Promise<boolean> => (await host.listResidue()).some((item) => item.kind === 'checkpoint');
  const moments: Readonly<Record<string, () => Promise<boolean>>> = {
    'the lock is taken': async () => (await filesIn(join(repo, 'locks'))).length > 0,
    'the checkpoint is made': hasCheckpoint,
    'data is written': async () => (await hasCheckpoint()) && (await filesIn(join(repo, 'tmp'))).length > 0,
  };
  for (const [moment, come] of Object.entries(moments)) {
    await passDays(home, 1);
    const child = spawn(process.execPath, [cli, '--json', 'backup', '--vm', 'FS01', 'APP01', '--no-skip'], { env });
    const ending = ended(child);
    await until(come, child);
    child.kill('SIGINT');
    const { status, stdout } = await ending;
    // It may have been done already: a moment cannot be held.
    assert.ok(status === 130 || status === 0, `${moment}: ${status} ${stdout}`);
    const told = JSON.parse(stdout) as Partial<BackupOutcome> & { error?: { code: string } };
    if (status === 130)
      assert.equal(told.result ?? told.error?.code, told.result === undefined ? 'input/cancelled' : 'cancelled');
    assert.deepEqual(await filesIn(join(repo, 'locks')), [], moment);
    assert.equal(await hasCheckpoint(), false, moment);
  }
});

/** Runs a command on a terminal of its own, closes the terminal at the first line of standard input, and tells how the command ended. */
const untilClosed = `
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
while True:
    ready, _, _ = select.select([terminal, 0], [], [])
    if 0 in ready: break
    try:
        if not os.read(terminal, 65536): break
    except OSError: break
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test('a terminal that is closed ends a backup like an interrupt: no lock and no checkpoint are left', async (context) => {
  if (!needs(context, { python3: 'python3' })) return;
  if (process.platform === 'win32') return context.skip('needs a terminal of Unix');
  const { env, home, repo, json } = await commandLine(context);
  const host = labHypervisor(home, { clock, random });
  const hasCheckpoint = async (): Promise<boolean> => (await host.listResidue()).some((item) => item.kind === 'checkpoint');
  const words = ['backup', '--vm', 'FS01', 'APP01', '--no-skip'];
  const child = spawn('python3', ['-c', untilClosed, process.execPath, cli, ...words], { env });
  const ending = ended(child);
  await until(async () => (await hasCheckpoint()) && (await filesIn(join(repo, 'tmp'))).length > 0, child);
  child.stdin.end('now\n');
  const { stdout } = await ending;
  assert.ok(Number(stdout) >= 0, `it is not ended by a signal: ${stdout}`);
  assert.deepEqual(await filesIn(join(repo, 'locks')), []);
  assert.equal(await hasCheckpoint(), false);
  const [run] = await json<{ state: string }[]>('runs', '--limit', '1');
  assert.ok(run?.state === 'cancelled' || run?.state === 'success', `${run?.state}`);
});

test('an interrupted restore leaves no half file behind', async (context) => {
  const { env, folder, repo, secret } = await commandLine(context, { lab: false });
  const repository = await openRepository(folderStorage(repo), { secret, random, clock });
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(160 * 1024 * 1024, 3));
  const { point } = await backUpImage(repository, { image });
  await repository.close();
  const target = join(folder, 'out');
  const file = join(target, 'back.raw');
  await mkdir(target);
  const child = spawn(process.execPath, [cli, '--json', 'restore-disk', point.id, '--format', 'raw', '--to', file], { env });
  const ending = ended(child);
  await until(async () => (await filesIn(target)).length > 0, child);
  child.kill('SIGINT');
  const { status } = await ending;
  assert.ok(status === 130 || status === 0, `${status}`);
  assert.deepEqual(await filesIn(target), status === 130 ? [] : ['back.raw']);
  assert.deepEqual(await filesIn(join(repo, 'locks')), []);
});
