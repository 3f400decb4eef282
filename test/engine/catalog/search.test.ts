import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { HostkeepError, type RestorePoint } from '#contract';
import { rowsOf, type CatalogRow } from '#engine/catalog';
import { changesOf, cataloguePoints, findFiles, historyOf, openCatalogues, type Catalogues } from '#engine/recovery/search';
import { catalogFile, checkRepository, compactRepository, forgetPoint, listCatalogs, type Repository } from '#engine/repository';
import { noise, quickRepository, quiet } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;
const { signal } = new AbortController();
const marker = Buffer.from('content of the ledger, first '.repeat(400));

interface TwoDays {
  readonly repository: Repository;
  readonly first: RestorePoint;
  readonly second: RestorePoint;
}

let folder: string | undefined;
after(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** A volume with some files, and the same after a day, as images that are made once. */
async function images(): Promise<readonly [string, string]> {
  if (folder !== undefined) return [join(folder, 'first.raw'), join(folder, 'second.raw')];
  const place = await mkdtemp(join(tmpdir(), 'hostkeep-test-'));
  const [from, first, second] = [join(place, 'from'), join(place, 'first.raw'), join(place, 'second.raw')];
  await mkdir(join(from, 'Users', 'ada', 'Desktop'), { recursive: true });
  await writeFile(join(from, 'Users', 'ada', 'Desktop', 'Plan.docx'), noise(9000, 1));
  await writeFile(join(from, 'Users', 'ada', 'old-report.pdf'), noise(30_000, 2));
  await writeFile(join(from, 'ledger.db'), marker);
  for (let count = 0; count < 40; count += 1) await writeFile(join(from, `unchanged-${count}.txt`), 'same');
  await writeFile(first, Buffer.alloc(16 * mib));
  run('mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096', '-d', from, first);
  await copyFile(first, second);
  await writeFile(join(place, 'big.iso'), noise(2 * mib, 3));
  await writeFile(join(place, 'Plan.docx'), noise(12_000, 4));
  const script = ['rm /Users/ada/old-report.pdf', `write ${join(place, 'big.iso')} big.iso`, 'cd /Users/ada/Desktop'];
  await writeFile(join(place, 'script'), [...script, 'rm Plan.docx', `write ${join(place, 'Plan.docx')} Plan.docx`].join('\n'));
  run('debugfs', '-w', '-f', join(place, 'script'), second);
  await overwrite(second, marker.subarray(0, 4096));
  folder = place;
  return [first, second];
}

/** Two restore points of one VM. */
async function twoDays(): Promise<TwoDays> {
  const [dayOne, dayTwo] = await images();
  const repository = await quickRepository();
  const { point: first } = await backUpImage(repository, { image: dayOne, threads: 1 });
  const { point: second } = await backUpImage(repository, { image: dayTwo, parent: first, threads: 1 });
  return { repository, first, second };
}

/** As a database writes: neither size nor time of the file tell. */
async function overwrite(image: string, where: Buffer): Promise<void> {
  const at = (await readFile(image)).indexOf(where);
  assert.notEqual(at, -1);
  const file = await open(image, 'r+');
  await file.write(noise(100, 5), 0, 100, at + 50);
  await file.close();
}

const search = (repository: Repository, pattern: string, more: Partial<Parameters<typeof findFiles>[1]> = {}) =>
  findFiles(repository, { pattern, vm: null, since: null, limit: 100, catalogue: true, signal, ...more });

const tools = { mke2fs: 'e2fsprogs', debugfs: 'e2fsprogs' };

test('A search finds files of all restore points, their versions, and those that are gone', async (context) => {
  if (!needs(context, tools)) return;
  const { repository, first, second } = await twoDays();
  const plan = await search(repository, 'plan');
  assert.deepEqual(
    plan.files.map(({ path, gone, versions }) => ({ path, gone, sizes: versions.map(({ sizeBytes }) => sizeBytes) })),
    [{ path: '/disk0/part0/Users/ada/Desktop/Plan.docx', gone: false, sizes: [12_000, 9000] }],
  );
  const report = await search(repository, '*.pdf');
  assert.equal(report.files[0]!.gone, true);
  assert.deepEqual(report.files[0]!.versions[0]!.points, [{ id: first.id, time: first.time }]);
  const same = await search(repository, 'UNCHANGED-1?.TXT');
  assert.equal(same.files.length, 10);
  for (const file of same.files)
    assert.deepEqual(
      file.versions[0]!.points.map(({ id }) => id),
      [first.id, second.id],
    );
  assert.deepEqual(
    (await search(repository, 'desktop/plan*')).files.map(({ name }) => name),
    ['Plan.docx'],
  );
  assert.deepEqual((await search(repository, 'nobody/plan*')).files, []);
  assert.equal((await search(repository, 'unchanged', { limit: 7 })).files.length, 7);
  assert.equal((await search(repository, 'unchanged', { limit: 7 })).more, true);
  assert.equal((await search(repository, '*.pdf', { since: second.time })).files.length, 0);
  assert.equal((await search(repository, '*.pdf', { vm: 'vm1' })).files.length, 1);
  await assert.rejects(search(repository, '*.pdf', { vm: 'other' }), { code: 'input/not-found' });
});

test('The history of a file tells versions apart by content where size and time are the same', async (context) => {
  if (!needs(context, tools)) return;
  const { repository, first, second } = await twoDays();
  const ask = (path: string) => historyOf(repository, { point: second, path, catalogue: true, signal });
  const ledger = await ask('/disk0/part0/ledger.db');
  assert.deepEqual(
    ledger.versions.map(({ points }) => points.map(({ id }) => id)),
    [[second.id], [first.id]],
  );
  assert.equal(ledger.versions[0]!.modified, ledger.versions[1]!.modified);
  const same = await ask('/disk0/part0/unchanged-3.txt');
  assert.deepEqual(
    same.versions.map(({ points }) => points.length),
    [2],
  );
  const gone = await ask('/disk0/part0/Users/ada/old-report.pdf');
  assert.deepEqual(gone.absent, [second.id]);
  await assert.rejects(ask('/disk0/part0/nothing'), { code: 'recovery/path-not-found' });
});

test('What made a backup big is told by file, largest first', async (context) => {
  if (!needs(context, tools)) return;
  const { repository, first, second } = await twoDays();
  const big = await changesOf(repository, second, { limit: 3, signal });
  assert.equal(big.since, first.id);
  assert.deepEqual(
    big.files.map(({ path }) => path),
    ['/disk0/part0/big.iso', '/disk0/part0/Users/ada/Desktop/Plan.docx', '/disk0/part0/ledger.db'],
  );
  assert.equal(big.files[0]!.changedBytes, 2 * mib);
  assert.ok(big.volumes[0]!.inFilesBytes <= big.changedBytes);
  const all = await changesOf(repository, first, { limit: 100, signal });
  assert.equal(all.since, null);
  assert.ok(all.files.some(({ path }) => path.endsWith('old-report.pdf')));
});

test('Without listing anew, a search says which restore points it left out', async (context) => {
  if (!needs(context, tools)) return;
  const { repository, first, second } = await twoDays();
  await cataloguePoints(repository, [second], { points: [first, second], signal });
  const found = await search(repository, 'report', { catalogue: false });
  assert.deepEqual(
    found.unlisted.map(({ point, code }) => ({ point, code })),
    [{ point: first.id, code: 'recovery/not-catalogued' }],
  );
  assert.equal(found.points, 1);
});

test('A catalogue tells who reads the storage no names, and a damaged one is made anew by the next search', async (context) => {
  if (!needs(context, tools)) return;
  const { repository } = await twoDays();
  const { storage } = repository;
  await search(repository, 'plan');
  const names = [...(await listCatalogs(repository)).values()].flat().map(catalogFile);
  assert.equal(names.length, 2);
  for (const name of names) {
    const bytes = await storage.readAll(name, 1e8);
    assert.equal(bytes.toString('latin1').toLowerCase().includes('plan'), false);
  }
  for (const name of names) {
    const sound = await storage.readAll(name, 1e8);
    for (const at of [3, 20, Math.floor(sound.length / 2), sound.length - 60, sound.length - 3]) {
      const bytes = Buffer.from(sound);
      bytes[at]! ^= 0x20;
      await storage.replace(name, bytes);
      const checked = await checkRepository(repository, { ...quiet, readData: true, repairIndex: false });
      assert.deepEqual(
        checked.problems.map(({ code, file }) => ({ code, file })),
        [{ code: 'repository/catalog-damaged', file: name }],
      );
      const told = await search(repository, 'plan', { catalogue: false });
      assert.ok(told.files.every(({ versions }) => versions.every(({ sizeBytes }) => [12_000, 9000].includes(sizeBytes))));
      assert.equal((await search(repository, '*.docx')).files[0]!.versions.length, 2, `byte ${at} of ${name}`);
      await storage.replace(name, sound);
      for (const [, made] of await listCatalogs(repository))
        for (const one of made) if (!names.includes(catalogFile(one))) await storage.remove(catalogFile(one));
    }
  }
});

test('Compact removes the catalogue of a forgotten point once no other stands upon it', async (context) => {
  if (!needs(context, tools)) return;
  const { repository, first, second } = await twoDays();
  await cataloguePoints(repository, [first, second], { points: [first, second], signal });
  await forgetPoint(repository, first.id);
  await compactRepository(repository, quiet);
  assert.equal((await listCatalogs(repository)).size, 2, 'the second one stands upon the first');
  assert.deepEqual(
    (await search(repository, '*.docx')).files[0]!.versions.map(({ sizeBytes }) => sizeBytes),
    [12_000],
  );
  await forgetPoint(repository, second.id);
  await compactRepository(repository, quiet);
  assert.equal((await listCatalogs(repository)).size, 0);
});

test('A storage that takes nothing more leaves the point as it was, and the search says what it could not list', async (context) => {
  if (!needs(context, tools)) return;
  const { repository, first, second } = await twoDays();
  const full: Repository = {
    ...repository,
    storage: { ...repository.storage, create: () => Promise.reject(new HostkeepError('storage/full')) },
  };
  const failed = await cataloguePoints(full, [first, second], { points: [first, second], signal });
  assert.deepEqual(
    failed.map(({ error }) => error.code),
    ['storage/full', 'storage/full'],
  );
  const found = await search(full, 'plan');
  assert.deepEqual(
    found.unlisted.map(({ code }) => code),
    ['storage/full', 'storage/full'],
  );
});

test('A catalogue that would stand upon too many is written anew from them, and says the same as one made from its point', async (context) => {
  if (!needs(context, tools)) return;
  const repository = await quickRepository();
  const days = await images();
  const catalogues = await openCatalogues(repository);
  const points: RestorePoint[] = [];
  const whole: boolean[] = [];
  for (let day = 0; day < 10; day += 1) {
    const parent = points.at(-1);
    const backup = { image: days[day % 2]!, threads: 1 };
    points.push((await backUpImage(repository, parent === undefined ? backup : { ...backup, parent })).point);
    const view = await catalogues.make(points.at(-1)!, { points, signal });
    whole.push(view.volumes[0]!.about.whole);
    assert.ok(view.stack.length <= 9);
  }
  assert.deepEqual(whole, [true, false, false, false, false, false, false, false, true, false]);
  const merged = await rowsOfPoint(catalogues, points[8]!);
  const alone = await openCatalogues(repository);
  await alone.makeAnew(points[8]!, { points, signal });
  assert.deepEqual(merged, await rowsOfPoint(alone, points[8]!));
});

async function rowsOfPoint(catalogues: Catalogues, point: RestorePoint): Promise<readonly CatalogRow[]> {
  const rows: CatalogRow[] = [];
  for (const volume of (await catalogues.existing(point.id))!.volumes)
    for await (const some of rowsOf(volume, { places: true })) rows.push(...some);
  return rows.toSorted((a, b) => a.id - b.id || a.parentId - b.parentId);
}
