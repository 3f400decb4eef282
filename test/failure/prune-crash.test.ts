import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { restoreDisk } from '#engine/recovery';
import { checkRepository, listEveryPoint, listPoints, openRepository, publishPoint, newPointId } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { placeRepository } from '../fixtures/empty-repository.ts';
import { clock, noise, quiet, random, sha256, temporaryFolder } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';
import { every, firstBoundary } from './boundaries.ts';

const program = new URL('./prune-program.ts', import.meta.url).pathname;
const mib = 1024 * 1024;

test('a prune and the compact that follows it, killed at any write boundary, lose no kept point and can be done again', async (context) => {
  const folder = await temporaryFolder(context);
  const [repo, image] = [join(folder, 'repo'), join(folder, 'disk.raw')];
  const storage = folderStorage(repo);
  const secret = await placeRepository(storage);
  const repository = await openRepository(storage, { secret, random, clock });
  context.after(() => repository.close());
  /** Another restore point of the job, over a disk that has changed. */
  const add = async (seed: number): Promise<void> => {
    await writeFile(image, Buffer.concat([noise(mib, 1), noise(mib, seed)]));
    const { point } = await backUpImage(repository, { image });
    await publishPoint(repository, { ...point, id: newPointId(repository), job: 'j1' });
    await storage.remove(`points/${point.id}.point`);
  };
  await add(2);
  await add(3);
  // Who is killed leaves no compiled modules behind: a run to its end does, and the others start in half the time.
  const env = { ...process.env, HOSTKEEP_PASSWORD: secret };
  spawnSync(process.execPath, [program, repo, '0', String(Date.now())], { env });
  let killed = 0;
  for (let boundary = firstBoundary; ; boundary += every) {
    await add(10 + boundary);
    const latest = (await listPoints(repository)).points.at(-1)!;
    const words = [program, repo, String(boundary), String(Date.now())];
    const { signal, status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env });
    if (signal === 'SIGKILL') killed += 1;
    else assert.equal(status, 0, stderr);
    repository.refresh();
    const when = `killed at boundary ${boundary}`;
    assert.ok(
      (await listPoints(repository)).points.some((point) => point.id === latest.id),
      when,
    );
    assert.deepEqual((await checkRepository(repository, { readData: true, repairIndex: false, ...quiet })).problems, [], when);
    if (signal !== 'SIGKILL') break;
  }
  assert.ok(killed * every > 8, `${killed} boundaries, every ${every}`);
  context.diagnostic(`${killed} boundaries, every ${every}`);
  assert.equal((await listEveryPoint(repository)).points.length, 1, 'done to the end, only what the policy keeps is there');
  const [left] = (await listPoints(repository)).points;
  await restoreDisk(repository, left!, 0, { to: join(folder, 'back.raw'), format: 'raw', ...quiet });
  assert.equal(await sha256(join(folder, 'back.raw')), await sha256(image));
});
