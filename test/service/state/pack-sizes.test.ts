import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { packName } from '#engine/repository';
import { memoryStorage, type Storage } from '#engine/storage';
import { openHome } from '#service';
import { rememberPoints } from '../../../main/service/state/points.ts';
import { newRepository, temporaryFolder } from '../../fixtures/environment.ts';

test('the size of a pack is asked once: the space that a repository takes is told without asking for what was there before', async (context) => {
  const home = openHome(await temporaryFolder(context));
  context.after(() => home.close());
  const plain = memoryStorage();
  const asked: string[] = [];
  const storage: Storage = { ...plain, stat: (name) => (asked.push(name), plain.stat(name)) };
  const repository = await newRepository(storage, { reserve: false });
  const addPack = async (sizeBytes: number): Promise<string> => {
    const name = packName(randomBytes(16).toString('hex'));
    await storage.write(name, Buffer.alloc(sizeBytes));
    return name;
  };
  const remembered = async (at: number): Promise<{ readonly stored: number; readonly packsAsked: readonly string[] }> => {
    asked.length = 0;
    await rememberPoints(home.state, repository, at);
    const stored = home.state.prepare('SELECT stored_bytes FROM repository_space WHERE at = ?').get(at)?.['stored_bytes'];
    return { stored: Number(stored), packsAsked: asked.filter((name) => name.startsWith('packs/')).toSorted() };
  };
  const all = async (): Promise<number> => (await plain.list('')).reduce((sum, file) => sum + file.sizeBytes, 0);

  const first = [await addPack(100), await addPack(0), await addPack(5000)].toSorted();
  assert.deepEqual(await remembered(1), { stored: await all(), packsAsked: first });
  assert.deepEqual(await remembered(2), { stored: await all(), packsAsked: [] });
  const later = await addPack(70);
  await storage.remove(first[0]!);
  assert.deepEqual(await remembered(3), { stored: await all(), packsAsked: [later] });
  assert.equal(home.state.prepare('SELECT count(*) AS rows FROM pack_sizes').get()?.['rows'], 3);
});
