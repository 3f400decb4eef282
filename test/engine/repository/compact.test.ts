import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import {
  checkRepository,
  dropPoint,
  findPoint,
  forgetPoint,
  publishEvidence,
  undeletePoint,
  type Repository,
} from '#engine/repository';
import { memoryStorage, type Storage } from '#engine/storage';
import { freeSpace } from '#service';
import { newRepository, noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';

const mib = 1024 * 1024;

/** A repository with two points of different content, seen through a storage that the test takes away for single reads. */
async function flickering(context: TestContext) {
  const storage = memoryStorage();
  const repository = await newRepository(storage, { reserve: false });
  const image = join(await temporaryFolder(context), 'disk.raw');
  const points: string[] = [];
  for (const seed of [1, 2]) {
    await writeFile(image, noise(mib, seed));
    points.push((await backUpImage(repository, { image })).point.id);
  }
  const whole = async (): Promise<boolean> => {
    for (const point of points) await findPoint(repository, point);
    const { problems } = await checkRepository(repository, { readData: true, repairIndex: false, ...quiet });
    return problems.length === 0;
  };
  const seen = (over: Partial<Storage>): Repository => ({ ...repository, storage: { ...storage, ...over } });
  return { storage, repository, points, whole, seen };
}

/** As a share that is gone looks to who lists it, and to who opens a file on it. */
const gone = (file: string): never => {
  throw new HostkeepError('storage/not-found', { file });
};

test('a compact removes nothing when points are out of reach for the moment in which it lists them', async (context) => {
  const { storage, whole, seen } = await flickering(context);
  let away = true;
  const names: Storage['names'] = async (folder) => (folder === 'points' && away ? [] : storage.names(folder));
  const locked: string[] = [];
  const replace: Storage['replace'] = async (name, bytes) => {
    // It is back when the compact asks for its lock the third time: before it removes anything.
    if (name.startsWith('locks/') && locked.push(name) === 3) away = false;
    return storage.replace(name, bytes);
  };
  await assert.rejects(freeSpace(seen({ names, replace }), quiet), (error) => hasCode(error, 'repository/unreadable-points'));
  assert.ok(await whole());
});

test('a compact removes nothing when a point that is listed cannot be found for a moment', async (context) => {
  const { storage, points, whole, seen } = await flickering(context);
  const readAll: Storage['readAll'] = async (name, limit) =>
    name === `points/${points[0]}.point` ? gone(name) : storage.readAll(name, limit);
  await assert.rejects(freeSpace(seen({ readAll }), quiet), (error) => hasCode(error, 'repository/unreadable-points'));
  assert.ok(await whole());
});

test('a compact keeps what it could not find for a moment', async (context) => {
  const { storage, whole, repository } = await flickering(context);
  const { locator } = await repository.reading();
  let looked = 0;
  const reading: Repository['reading'] = async () => {
    const { chunks } = await repository.reading();
    // The first time that each chunk is looked for it is nowhere: its pack cannot be seen.
    return {
      chunks,
      locator: { ...locator, locate: (id) => ((looked += 1) <= 40 ? Promise.resolve(undefined) : locator.locate(id)) },
    };
  };
  await freeSpace({ ...repository, storage, reading }, quiet);
  assert.ok(looked > 40);
  assert.ok(await whole());
});

test('a compact keeps all that a dropped point needs while its grace lasts, and removes nothing while a manifest is damaged', async (context) => {
  const { storage, repository, points, whole } = await flickering(context);
  const [first, second] = points as [string, string];
  const [at, until] = [repository.clock.now(), repository.clock.now() + 3_600_000];
  await dropPoint(storage, { point: first, at, until, by: 'anna' });
  const before = await bytesOf(storage);
  await freeSpace(repository, quiet);
  await undeletePoint(storage, first);
  assert.ok(await whole(), 'it comes back whole');
  await forgetPoint(repository, first);
  const name = `points/${second}.point`;
  const sound = await storage.readAll(name, mib);
  const damaged = Buffer.from(sound);
  damaged[40]! ^= 1;
  await storage.replace(name, damaged);
  await assert.rejects(freeSpace(repository, quiet), (error) => hasCode(error, 'repository/unreadable-points'));
  assert.equal(await bytesOf(storage), before);
  await storage.replace(name, sound);
  const { problems, points: left } = await checkRepository(repository, { readData: true, repairIndex: false, ...quiet });
  assert.deepEqual([problems, left], [[], 1]);
  // Now that it is known what is needed, the rest goes, and what is needed stays.
  await freeSpace(repository, quiet);
  const after = await checkRepository(repository, { readData: true, repairIndex: false, ...quiet });
  assert.deepEqual([after.problems, after.points], [[], 1]);
  assert.ok((await bytesOf(storage)) < before * 0.6);
});

async function bytesOf(storage: Storage): Promise<number> {
  return (await storage.list('packs')).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

test('reports of verifications stay when the points are out of reach while a compact begins', async (context) => {
  const { storage, repository, points, seen } = await flickering(context);
  const nothing = { durationMs: 0, notCovered: '', checks: [], by: '' };
  const reading = { files: 0, bytes: 0, ofFiles: null, ofBytes: null, rule: '', seed: '0' };
  await publishEvidence(repository, {
    version: 1,
    point: points[0]!,
    at: 1,
    depth: 'sample',
    grade: 'limited',
    reading,
    ...nothing,
  });
  let lists = 0;
  const away = (name: string): boolean => name.startsWith('points') || name.startsWith('locks/');
  const names: Storage['names'] = async (folder) => (folder === 'points' && (lists += 1) === 2 ? [] : storage.names(folder));
  const stat: Storage['stat'] = async (name) => (away(name) && lists === 2 ? gone(name) : storage.stat(name));
  await freeSpace(seen({ names, stat }), quiet).catch(() => undefined);
  assert.equal((await storage.list('evidence')).length, 1);
});
