/** What was found damaged is stored anew by the next run, and whoever needs it finds it there. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { RestorePoint } from '#contract';
import { runImageBackup } from '#engine/backup';
import { openGuest, restoreDisk } from '#engine/recovery';
import { checkRepository, compactRepository, listDamage, packName, readPoint, type Repository } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { verifyAndKeep } from '#engine/verify';
import { openHome } from '#service';
import { packIdOf, type PackGroup } from '../../../main/engine/repository/pack/layout.ts';
import { readPackDirectory } from '../../../main/engine/repository/pack/pack-reader.ts';
import { newRepository, noise, quiet, sha256, temporaryFolder } from '../../fixtures/environment.ts';

const mib = 1024 * 1024;
const everything = { readData: true, repairIndex: false, ...quiet };

interface Shop {
  readonly folder: string;
  readonly image: string;
  readonly repository: Repository;
  /** By changed ranges: none, where `changed` is left out. */
  backUp(): Promise<{
    readonly point: RestorePoint;
    readonly result: string;
    readonly warnings: readonly string[];
    readonly newBytes: number;
  }>;
  restores(point: RestorePoint): Promise<boolean>;
}

async function shop(context: TestContext): Promise<Shop> {
  const folder = await temporaryFolder(context);
  const repository = await newRepository(memoryStorage(), { reserve: false });
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(12 * mib, 5));
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  let runs = 0;
  return {
    folder,
    image,
    repository,
    async backUp() {
      runs += 1;
      const changed = runs === 1 ? {} : { changed: [] };
      const done = await runImageBackup({
        repository,
        journal: home.journal,
        run: `r${runs}`,
        image,
        vm: 'A',
        skipUnused: true,
        ...changed,
        ...quiet,
      });
      const { result, warnings } = done.vms[0]!;
      return { point: await readPoint(repository, done.points[0]!), result, warnings, newBytes: done.newBytes };
    },
    async restores(point) {
      const to = join(folder, `${point.id}-${(runs += 100)}.raw`);
      try {
        await restoreDisk(repository, point, 0, { to, format: 'raw', ...quiet });
      } catch {
        return false;
      }
      return (await sha256(to)) === (await sha256(image));
    },
  };
}

/** Flips a byte in the middle of some group of a kind. */
async function damageGroup({ storage, masterKey }: Repository, kind: PackGroup['kind']): Promise<string> {
  for (const { name, sizeBytes } of await storage.list('packs')) {
    const { packId, groups } = await readPackDirectory(storage, masterKey, packIdOf(name)!);
    const group = groups.find((one) => one.kind === kind);
    if (group === undefined) continue;
    const bytes = await storage.readAll(name, sizeBytes);
    bytes[group.offset + Math.floor(group.sealedLength / 2)]! ^= 1;
    await storage.replace(name, bytes);
    return packId;
  }
  throw new Error(`no group of ${kind}`);
}

for (const kind of ['data', 'map'] as const)
  test(`a damaged group of ${kind} that a check found is stored anew by the next run, which had nothing else to read`, async (context) => {
    const { repository, backUp, restores } = await shop(context);
    const first = await backUp();
    const packId = await damageGroup(repository, kind);
    repository.refresh();
    const { problems } = await checkRepository(repository, everything);
    assert.ok(problems.some(({ points }) => points.includes(first.point.id)));
    assert.deepEqual(
      (await listDamage(repository.storage)).map((note) => note.packId),
      [packId],
    );
    assert.equal(await restores(first.point), false);
    const quick = (await checkRepository(repository, { ...everything, readData: false })).problems;
    assert.deepEqual(quick, problems, 'a check that reads no data tells what another has found');
    const second = await backUp();
    assert.equal(second.result, 'warning');
    assert.match(second.warnings.join(), /disk 0: .*damaged.*stored anew/);
    assert.ok(second.newBytes > 0 && second.newBytes < 2 * mib, `${second.newBytes} is about a group`);
    assert.ok(await restores(second.point), 'the new point is whole');
    assert.ok(await restores(first.point), 'and so is the one before, which needs the same data');
    const third = await backUp();
    assert.deepEqual([third.result, third.warnings], ['success', []], 'nothing of it lies there any more');
    assert.deepEqual((await checkRepository(repository, { ...everything, readData: false })).problems, []);
    await compactRepository(repository, quiet);
    assert.deepEqual((await checkRepository(repository, everything)).problems, [], 'and the damaged pack is gone');
    assert.deepEqual(await listDamage(repository.storage), []);
    for (const { point } of [first, second, third]) assert.ok(await restores(point));
  });

test('what a verification found damaged is stored anew, too', async (context) => {
  const { repository, backUp, restores } = await shop(context);
  const { point } = await backUp();
  await damageGroup(repository, 'data');
  repository.refresh();
  const subject = { repository, point, volumes: openGuest(repository, point) };
  const { evidence } = await verifyAndKeep(subject, { depth: 'all', by: 'test', ...quiet });
  assert.equal(evidence.grade, 'failed');
  repository.refresh();
  assert.ok(await restores((await backUp()).point));
  assert.ok(await restores(point));
});

test('a pack that is gone is named by a check, and what lay there is stored anew by the next run', async (context) => {
  const { repository, backUp, restores } = await shop(context);
  const { point } = await backUp();
  const [gone] = await repository.storage.list('packs');
  await repository.storage.remove(gone!.name);
  repository.refresh();
  const { problems } = await checkRepository(repository, { ...everything, readData: false });
  assert.ok(problems.some(({ file, points }) => file === gone!.name && points.includes(point.id)));
  const next = await backUp();
  assert.equal(next.result, 'warning');
  assert.ok(await restores(next.point));
  assert.ok(await restores(point));
});

test('a pack that is found sound again counts as stored, and a note that is damaged is told', async (context) => {
  const { repository, backUp, restores } = await shop(context);
  const { point } = await backUp();
  const packId = await damageGroup(repository, 'data');
  await checkRepository(repository, everything);
  await damageGroup(repository, 'data');
  assert.deepEqual((await checkRepository(repository, everything)).problems, []);
  assert.deepEqual(await listDamage(repository.storage), []);
  await repository.storage.write(`damage/${packId}`, Buffer.from('half a no'));
  repository.refresh();
  assert.ok(await restores(point), 'where there is no other place, what is noted is read');
  const { problems } = await checkRepository(repository, { ...everything, readData: false });
  assert.deepEqual(
    problems.map(({ file }) => file),
    [packName(packId), `damage/${packId}`],
  );
});
