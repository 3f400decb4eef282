import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { adoptOrphans, checkRepository, surveyPacks } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { newRepository, noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';

test('packs that no index names are found and indexed, once, and packs that are gone are told', async (context) => {
  const repository = await newRepository(memoryStorage(), { reserve: false });
  const { storage } = repository;
  const image = join(await temporaryFolder(context), 'disk.raw');
  await writeFile(image, noise(1024 * 1024, 1));
  await backUpImage(repository, { image });
  assert.deepEqual(await surveyPacks(repository), { lost: [], orphans: [] });

  for (const name of await storage.names('index')) await storage.remove(name);
  repository.refresh();
  const survey = await surveyPacks(repository);
  assert.deepEqual([survey.lost.length, survey.orphans.length > 0], [0, true]);
  assert.equal((await adoptOrphans(repository, survey)).adopted, survey.orphans.length);
  assert.equal((await adoptOrphans(repository, survey)).adopted, 0, 'who was faster has indexed them');
  assert.deepEqual(await surveyPacks(repository), { lost: [], orphans: [] });
  assert.deepEqual((await checkRepository(repository, { readData: true, repairIndex: false, ...quiet })).problems, []);

  const [pack] = await storage.names('packs');
  await storage.remove(pack!);
  const { lost } = await surveyPacks(repository);
  assert.ok(pack!.includes(lost.join()) && lost.length === 1);
});
