import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { PublicationView, PublishedTarget } from '#contract';
import { openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { cli, commandLine } from '../fixtures/command-line.ts';
import { clock, noise, random } from '../fixtures/environment.ts';
import { cdbs } from '../fixtures/cdbs.ts';
import { initiator, LoginRefused } from '../fixtures/initiator.ts';
import { backUpImage } from '../fixtures/points.ts';
import { portOf } from '../fixtures/publication.ts';

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the publisher ended without a word');
}

test('publish serves in its own process, is seen and stopped from another, and what a killed one had flushed is there', async (context) => {
  const { env, folder, repo, secret: key } = await commandLine(context, { lab: false });
  const image = join(folder, 'disk.raw');
  const repository = await openRepository(folderStorage(repo), { secret: key, random, clock });
  await writeFile(image, noise(1024 * 1024, 3));
  const { point } = await backUpImage(repository, { image });
  await repository.close();
  const run = (...parameters: readonly string[]) => {
    const { status, stdout } = spawnSync(process.execPath, [cli, '--json', ...parameters], { env, encoding: 'utf8' });
    return { status, value: JSON.parse(stdout) as unknown };
  };
  const secret = 'a secret of 16 b';
  const serve = async (): Promise<{ readonly child: ChildProcess; readonly target: PublishedTarget }> => {
    const wish = ['publish', point.id, '--chap-user', 'host1', '--chap-secret-stdin', '--overlay-limit', '10M'];
    const child = spawn(process.execPath, [cli, '--json', '--password-stdin', ...wish], { env });
    context.after(() => child.kill('SIGKILL'));
    child.stdin.end(`${key}\n${secret}\n`);
    return { child, target: JSON.parse(await firstLine(child)) as PublishedTarget };
  };

  const { child, target } = await serve();
  assert.deepEqual(Object.keys(target), ['id', 'portal', 'iqn', 'luns', 'nbd']);
  assert.equal(target.luns[0]?.sizeBytes, 1024 * 1024);
  const where = { port: portOf(target), targetName: target.iqn };
  await assert.rejects(initiator(where), LoginRefused);
  const one = await initiator({ ...where, chap: { user: 'host1', secret } });
  await one.command(cdbs.testUnitReady);
  const bytes = noise(8192, 9);
  await one.command(cdbs.write(0, 16), { write: bytes });
  await one.command(cdbs.synchronize);
  child.kill('SIGKILL');
  await once(child, 'close');
  const [died] = run('publish', 'list').value as readonly PublicationView[];
  assert.equal(died?.state, 'died');
  assert.equal(run('publish', 'stop', target.id).status, 1, 'there is nothing to stop');

  const again = await serve();
  const two = await initiator({ port: portOf(again.target), targetName: target.iqn, chap: { user: 'host1', secret } });
  await two.command(cdbs.testUnitReady);
  assert.ok((await two.command(cdbs.read(0, 16), { read: bytes.length })).data.equals(bytes));
  const ending = once(again.child, 'close');
  assert.equal((run('publish', 'stop', target.id).value as PublicationView).state, 'stopped');
  assert.deepEqual((await ending)[0], 0);
  assert.equal((run('publish', 'discard', target.id).value as PublicationView).usedBytes, 8192);
  assert.equal(run('publish', 'discard', target.id).status, 2);
  assert.deepEqual(
    (run('runs').value as readonly { kind: string; state: string }[]).map((one) => `${one.kind} ${one.state}`),
    ['publish success', 'publish failed'],
  );
});

test('a publisher whose home folder is deleted ends itself, and makes no other', async (context) => {
  const { env, folder, repo, secret } = await commandLine(context, { lab: false });
  const [image, home] = [join(folder, 'disk.raw'), env['HOSTKEEP_HOME']!];
  const repository = await openRepository(folderStorage(repo), { secret, random, clock });
  await writeFile(image, noise(1024 * 1024, 4));
  const { point } = await backUpImage(repository, { image });
  await repository.close();
  const child = spawn(process.execPath, [cli, '--json', 'publish', point.id], { env });
  context.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  const errors = text(child.stderr);
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const target = JSON.parse((await said.next()).value as string) as PublishedTarget;
  const one = await initiator({ port: portOf(target), targetName: target.iqn });
  await one.command(cdbs.testUnitReady);
  assert.equal((await one.command(cdbs.read(0, 1), { read: 512 })).status, 0);
  await rm(home, { recursive: true });
  assert.equal((JSON.parse((await said.next()).value as string) as { error: { code: string } }).error.code, 'publish/home-gone');
  assert.equal((await ended)[0], 1);
  assert.equal(await errors, '');
  assert.equal(existsSync(home), false);
});
