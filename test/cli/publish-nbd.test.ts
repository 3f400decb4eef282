import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { test } from 'node:test';
import type { PublishedTarget } from '#contract';
import { openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { cli, commandLine } from '../fixtures/command-line.ts';
import { clock, noise, random } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';
import { missingTools, needs } from '../fixtures/tools.ts';

const run = promisify(execFile);

async function servedBy(child: ChildProcess): Promise<PublishedTarget> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line) as PublishedTarget;
  throw new Error('the publisher ended without a word');
}

test('publish --nbd serves a disk to this user alone, over a kill, with all files where the command was given', async (context) => {
  if (!needs(context, { 'qemu-img': 'qemu-utils', 'qemu-io': 'qemu-utils' })) return;
  const line = await commandLine(context, { lab: false });
  const { env, folder, repo, secret } = line;
  const bytes = noise(12 * 1024 * 1024, 7);
  const image = join(folder, 'disk.raw');
  await writeFile(image, bytes);
  const repository = await openRepository(folderStorage(repo), { secret, random, clock });
  const { point } = await backUpImage(repository, { image });
  await repository.close();
  const here = join(folder, 'here');
  await mkdir(here);
  const publish = async (): Promise<{ readonly child: ChildProcess; readonly url: string; readonly id: string }> => {
    const wish = ['publish', point.id, '--nbd', 'unix:nbd.sock', '--overlay', 'over', '--repo', '../repo'];
    const child = spawn(process.execPath, [cli, '--json', ...wish], { env, cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
    context.after(() => child.kill('SIGKILL'));
    const { nbd, id } = await servedBy(child);
    return { child, url: nbd!, id };
  };

  const first = await publish();
  const socket = join(here, 'nbd.sock');
  assert.equal(first.url, `nbd+unix:///disk0?socket=${socket}`);
  assert.equal((await stat(socket)).mode & 0o777, 0o600);
  await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', first.url, image]);
  if (missingTools({ nbdinfo: 'libnbd-bin', nbdcopy: 'libnbd-bin' }).length === 0) {
    assert.equal((await run('nbdinfo', ['--size', first.url])).stdout.trim(), String(bytes.length));
    await run('nbdcopy', [first.url, join(folder, 'copy.raw')]);
    assert.ok((await readFile(join(folder, 'copy.raw'))).equals(bytes));
  }
  await run('qemu-io', ['-f', 'raw', '-c', 'write -P 0x5a 1M 64k', '-c', 'flush', first.url]);
  first.child.kill('SIGKILL');
  await once(first.child, 'close');

  const again = await publish();
  const { stdout } = await run('qemu-io', ['-f', 'raw', '-c', 'read -P 0x5a 1M 64k', again.url]);
  assert.doesNotMatch(stdout, /failed/);
  again.child.kill('SIGTERM');
  await once(again.child, 'close');
  assert.equal(existsSync(socket), false);
  // The command that discards is given elsewhere.
  assert.equal((await line.json<{ readonly usedBytes: number }>('publish', 'discard', again.id)).usedBytes, 64 * 1024);
  assert.equal(existsSync(join(here, 'over')), false);
  assert.deepEqual(await line.json<readonly unknown[]>('publish', 'list'), []);
});

test('publish --nbd refuses addresses that others reach', async (context) => {
  const line = await commandLine(context, { lab: false });
  const repository = await openRepository(folderStorage(line.repo), { secret: line.secret, random, clock });
  const image = join(line.folder, 'disk.raw');
  await writeFile(image, noise(65_536, 8));
  const { point } = await backUpImage(repository, { image });
  await repository.close();
  for (const place of ['0.0.0.0:10809', '[::]:10809', '192.0.2.1:10809', 'unix:', `unix:${'x'.repeat(120)}`]) {
    const { status, stdout } = await line.run('--json', 'publish', point.id, '--nbd', place);
    assert.equal(status, 2, place);
    assert.equal((JSON.parse(stdout) as { readonly error: { readonly code: string } }).error.code, 'input/invalid', place);
  }
});
