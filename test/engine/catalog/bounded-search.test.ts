import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePattern, searchPoints } from '#engine/catalog';
import { findFiles, openCatalogues } from '#engine/recovery/search';
import { listPoints } from '#engine/repository';
import { catalogueOfMany } from '../../fixtures/many-names.ts';

const files = 50_000;

const asked = { vm: null, since: null, catalogue: false } as const;

test('a search for every path follows no more of them than it gives, and says that there is more', async () => {
  const { repository } = await catalogueOfMany(files);
  const { signal } = new AbortController();
  const found = await findFiles(repository, { ...asked, signal, pattern: '*/*', limit: 100 });
  assert.deepEqual([found.files.length, found.more], [100, true]);
  const inSevens = await findFiles(repository, { ...asked, signal, pattern: 'folder 7*/*', limit: 100_000 });
  assert.ok(inSevens.files.length > 100 && !inSevens.more);
  assert.ok(inSevens.files.every(({ path }) => /\/Folder 7\d*\/[^/]+$/.test(path)));
  const none = await findFiles(repository, { ...asked, signal, pattern: 'nowhere/*/*', limit: 100 });
  assert.deepEqual([none.files, none.more], [[], false]);

  const { points } = await listPoints(repository);
  const view = await (await openCatalogues(repository)).existing(points[0]!.id);
  const pattern = parsePattern('*/*');
  let looks = 0;
  const matchesPath = (path: string): boolean => {
    looks += 1;
    return pattern.matchesPath!(path);
  };
  const searched = [{ point: points[0]!.id, time: 1, view: view! }];
  const some = await searchPoints(searched, { ...pattern, matchesPath }, { limit: 100, signal });
  assert.equal(some.files.length, 100);
  assert.ok(looks <= 300, `${looks} paths were looked at`);
});

test('a search lets others have their turn, and ends when nobody wants it any more', async () => {
  const { repository } = await catalogueOfMany(files);
  const given = new AbortController();
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (turns === 3) given.abort(new Error('gone'));
    else setImmediate(count);
  };
  const search = findFiles(repository, { ...asked, signal: given.signal, pattern: 'nowhere/*/*', limit: 100 });
  // Memory answers at once: without turns of its own the search would be over before the first.
  setImmediate(count);
  await assert.rejects(search, { message: 'gone' });
});
