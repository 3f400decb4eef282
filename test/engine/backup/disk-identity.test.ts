/** Runs by change tracking of a VM of the lab whose list of disks changes, as an administrator changes it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { BackupOutcome, RestorePoint } from '#contract';
import { runBackup, type ExcludedDisk, type RunContext } from '#engine/backup';
import { createVhdx, editVhdx } from '#engine/formats/vhdx';
import type { Hypervisor } from '#engine/ports';
import { openPointDisk } from '#engine/recovery';
import { listPoints, readPoint, removeLocks, type Repository } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { labHypervisor } from '#lab';
import { openHome } from '#service';
import { readLab, updateLab, updateVm, writeLab } from '../../../main/lab/state.ts';
import { clock, newRepository, noise, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';

const mib = 1024 * 1024;
const sizeBytes = 8 * mib;
const vm = 'VM1';

interface Disk {
  readonly path: string;
  readonly content: Buffer;
}

async function newDisk(folder: string, name: string, of: { readonly seed: number; readonly diskId?: string }): Promise<Disk> {
  const path = join(folder, `${name}.vhdx`);
  const shape = { sizeBytes, blockSize: mib, logicalSectorSize: 512, physicalSectorSize: 4096, fixed: false } as const;
  const guids = { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() };
  await createVhdx({ path, shape: { ...shape, diskId: of.diskId ?? randomUUID() }, guids });
  const content = noise(sizeBytes, of.seed);
  const editor = await editVhdx(path, randomUUID);
  await editor.write(0, content);
  await editor.close();
  return { path, content };
}

interface Shop {
  readonly repository: Repository;
  readonly hypervisor: Hypervisor;
  /** What the VM has from now on. `tracked`: which of the disks at the reference point are in their slots still, as the host sees it. */
  have(disks: readonly Disk[], tracked: readonly number[]): Promise<void>;
  backUp(hypervisor?: Hypervisor): Promise<BackupOutcome>;
  /** What the job leaves out from now on, and what runs have found out of it. */
  exclude(...disks: readonly ExcludedDisk[]): void;
  excluded(): readonly ExcludedDisk[];
}

async function shopWith(context: TestContext, make: (folder: string) => Promise<readonly Disk[]>): Promise<Shop> {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'lab'));
  const home = openHome(folder);
  context.after(() => home.close());
  const repository = await newRepository(memoryStorage(), { reserve: false });
  const hypervisor = labHypervisor(folder, { clock, random });
  const heads = (await make(folder)).map(({ path }) => path);
  const restored = { [vm]: { id: randomUUID(), memoryMegabytes: 2048, connected: true } };
  await writeLab(folder, { day: 0, vms: { [vm]: { heads, checkpoint: null, referencePoints: [] } }, faults: [], restored });
  let without: readonly ExcludedDisk[] = [];
  const onExcluded: RunContext['onExcluded'] = (_vm, at, was) => {
    without = without.map((one) => (one.disk === at ? { ...one, was } : one));
  };
  const leaving = { job: 'nightly', excludedDisks: () => without, onExcluded } as const;
  const how = { policy: 'require', truncateLogs: false, skipUnused: false } as const;
  return {
    repository,
    hypervisor,
    async have(disks, tracked) {
      await updateLab(folder, (lab) =>
        updateVm(lab, vm, (old) => ({
          ...old,
          heads: disks.map(({ path }) => path),
          referencePoints: old.referencePoints.map((point) => ({ ...point, changed: tracked.map((at) => point.changed[at]!) })),
        })),
      );
      assert.equal((await readLab(folder)).vms[vm]!.referencePoints.length, 1);
    },
    async backUp(host = hypervisor) {
      const of = { hypervisor: host, hostName: 'LAB', repository, journal: home.journal, run: home.newRunId() };
      const done = await runBackup({ ...of, ...how, ...leaving, ...quiet }, { vms: [vm] });
      repository.refresh();
      return done;
    },
    exclude: (...disks) => void (without = disks),
    excluded: () => without,
  };
}

async function backedUp({ backUp, repository }: Shop): Promise<{ readonly point: RestorePoint; readonly done: BackupOutcome }> {
  const done = await backUp();
  assert.deepEqual(
    done.vms.map(({ result, error }) => [result, error]),
    [['success', null]],
  );
  return { done, point: await readPoint(repository, done.points[0]!) };
}

async function assertHolds({ repository }: Shop, point: RestorePoint, disks: readonly Disk[]): Promise<void> {
  assert.deepEqual(
    point.disks.map(({ label }) => label),
    disks.map(({ path }) => basename(path)),
  );
  for (const [index, { content, path }] of disks.entries()) {
    const target = Buffer.alloc(sizeBytes);
    await (await openPointDisk(repository, point, index)).read(0, target);
    assert.ok(target.equals(content), `disk ${index} is ${basename(path)}`);
  }
}

test('a disk that moved up in the list since another was removed is compared with itself, and only what changed is read', async (context) => {
  const disks: Disk[] = [];
  const shop = await shopWith(context, async (folder) => {
    for (const [at, name] of ['os', 'logs', 'data'].entries()) disks.push(await newDisk(folder, name, { seed: at + 1 }));
    return disks;
  });
  await assertHolds(shop, (await backedUp(shop)).point, disks);
  const left = [disks[0]!, disks[2]!];
  await shop.have(left, [0, 2]);
  const { point, done } = await backedUp(shop);
  await assertHolds(shop, point, left);
  assert.deepEqual([done.readBytes, done.vms[0]!.fullReadReason], [0, null]);
});

test('another disk in the place of one is read whole, whatever the host says of changes, and the run says so', async (context) => {
  const disks: Disk[] = [];
  const shop = await shopWith(context, async (folder) => {
    for (const [at, name] of ['os', 'old', 'new'].entries()) disks.push(await newDisk(folder, name, { seed: at + 1 }));
    return disks.slice(0, 2);
  });
  await backedUp(shop);
  const now = [disks[0]!, disks[2]!];
  await shop.have(now, [0, 1]);
  const { point, done } = await backedUp(shop);
  await assertHolds(shop, point, now);
  assert.match(done.vms[0]!.fullReadReason ?? '', /^disk 1 is another one/);
});

test('copies of one disk, which bear one identity, are told by their names', async (context) => {
  const diskId = randomUUID();
  const disks: Disk[] = [];
  const shop = await shopWith(context, async (folder) => {
    for (const [at, name] of ['os', 'one', 'two'].entries()) disks.push(await newDisk(folder, name, { seed: at + 1, diskId }));
    return disks;
  });
  await backedUp(shop);
  const left = [disks[0]!, disks[2]!];
  await shop.have(left, [0, 2]);
  await assertHolds(shop, (await backedUp(shop)).point, left);
});

test('a run whose lock was taken away while the computer slept publishes no restore point, and leaves the host as it was', async (context) => {
  const shop = await shopWith(context, async (folder) => [await newDisk(folder, 'os', { seed: 1 })]);
  const { storage } = shop.repository;
  const robbed: Hypervisor = {
    ...shop.hypervisor,
    async beginBackup(...asked) {
      const session = await shop.hypervisor.beginBackup(...asked);
      // What a compact on another computer does with a lock that was not refreshed for long.
      assert.equal((await removeLocks({ storage, clock, random }, { all: true })).length, 1);
      return session;
    },
  };
  const done = await shop.backUp(robbed);
  assert.deepEqual(
    done.vms.map(({ error }) => error?.code),
    ['repository/lock-lost'],
  );
  assert.deepEqual((await listPoints(shop.repository)).points, []);
  assert.deepEqual(await shop.hypervisor.listResidue(), []);
});

const byIndex = (disk: number, chosenAt: number | null = 0): ExcludedDisk => ({ disk, was: null, chosenAt });

async function shopOf(
  context: TestContext,
  names: readonly string[],
  had: number,
): Promise<{ readonly shop: Shop; readonly disks: readonly Disk[] }> {
  const disks: Disk[] = [];
  const shop = await shopWith(context, async (folder) => {
    for (const [at, name] of names.entries()) disks.push(await newDisk(folder, name, { seed: at + 1 }));
    return disks.slice(0, had);
  });
  return { shop, disks };
}

/** One run, which must end in the result; the names of the disks in its point, and what it warns of. */
async function runs(
  shop: Shop,
  result: 'success' | 'warning',
  hypervisor?: Hypervisor,
): Promise<{ readonly names: readonly string[]; readonly warnings: string }> {
  const { points, vms } = await shop.backUp(hypervisor);
  assert.deepEqual(
    vms.map((one) => [one.result, one.error]),
    [[result, null]],
  );
  const { disks } = await readPoint(shop.repository, points[0]!);
  return { names: disks.map(({ label }) => basename(label, '.vhdx')), warnings: vms[0]!.warnings.join(' ') };
}

test('the excluded disk stays the one that is left out when a disk before it is removed, or attached', async (context) => {
  const { shop, disks } = await shopOf(context, ['os', 'scratch', 'data', 'more'], 3);
  shop.exclude(byIndex(1));
  assert.deepEqual((await runs(shop, 'success')).names, ['os', 'data']);
  assert.equal(shop.excluded()[0]!.was?.name, 'scratch.vhdx');
  await shop.have(disks.slice(1, 3), [1, 2]);
  assert.deepEqual((await runs(shop, 'success')).names, ['data']);
  await shop.have([disks[3]!, disks[0]!, disks[1]!, disks[2]!], [0, 0, 0, 1]);
  assert.deepEqual((await runs(shop, 'success')).names, ['more', 'os', 'data']);
});

test('a disk in the place of the excluded one is backed up, and every run says so', async (context) => {
  const { shop, disks } = await shopOf(context, ['os', 'scratch', 'data'], 3);
  shop.exclude(byIndex(1));
  await runs(shop, 'success');
  await shop.have([disks[0]!, disks[2]!], [0, 2]);
  for (const _again of [1, 2]) {
    const { names, warnings } = await runs(shop, 'warning');
    assert.deepEqual(names, ['os', 'data']);
    assert.match(warnings, /^disk 1 \(data\.vhdx\) is not the one that the job leaves out \(scratch\.vhdx\): it is backed up/);
  }
});

test('a copy of the excluded disk, which bears its identity, is not left out in its place', async (context) => {
  const diskId = randomUUID();
  const disks: Disk[] = [];
  const shop = await shopWith(context, async (folder) => {
    for (const [at, name] of ['scratch', 'copy'].entries()) disks.push(await newDisk(folder, name, { seed: at + 1, diskId }));
    return disks;
  });
  shop.exclude(byIndex(0));
  await runs(shop, 'success');
  await shop.have(disks.slice(1), [1]);
  assert.deepEqual((await runs(shop, 'warning')).names, ['copy']);
});

test('of a job that knows indexes alone, what lies there is left out while the disks are as before, and backed up once they are not', async (context) => {
  const { shop, disks } = await shopOf(context, ['os', 'scratch', 'data', 'more'], 3);
  const old = byIndex(1, null);
  shop.exclude(old);
  assert.deepEqual((await runs(shop, 'success')).names, ['os', 'data']);
  shop.exclude(old);
  assert.deepEqual((await runs(shop, 'success')).names, ['os', 'data']);
  shop.exclude(old);
  await shop.have([disks[0]!, disks[2]!], [0, 2]);
  for (const _again of [1, 2]) {
    const { names, warnings } = await runs(shop, 'warning');
    assert.deepEqual(names, ['os', 'data']);
    assert.match(warnings, /disks have changed.*disk 1 \(data\.vhdx\)/);
    assert.equal(shop.excluded()[0]!.was, null);
  }
  // Chosen again, after the last point.
  shop.exclude(byIndex(1, Number.MAX_SAFE_INTEGER));
  assert.deepEqual((await runs(shop, 'success')).names, ['os']);
});

test('of a job that knows indexes alone, a disk attached anywhere is a change, since it may lie before the excluded one', async (context) => {
  const { shop, disks } = await shopOf(context, ['os', 'scratch', 'new'], 2);
  const old = byIndex(1, null);
  shop.exclude(old);
  await runs(shop, 'success');
  shop.exclude(old);
  await shop.have([disks[0]!, disks[2]!, disks[1]!], [0, 0, 1]);
  assert.deepEqual((await runs(shop, 'warning')).names, ['os', 'new', 'scratch']);
});

test('a disk that is left out since it is broken breaks no run: its name tells it, with a warning', async (context) => {
  const { shop } = await shopOf(context, ['os', 'scratch'], 2);
  shop.exclude(byIndex(1));
  await runs(shop, 'success');
  const broken: Hypervisor = {
    ...shop.hypervisor,
    async beginBackup(...asked) {
      const session = await shop.hypervisor.beginBackup(...asked);
      const source = { format: 'vhdx', path: join('unreadable', 'scratch.vhdx') } as const;
      return { ...session, disks: session.disks.map((disk) => (disk.index === 1 ? { ...disk, source } : disk)) };
    },
  };
  const { names, warnings } = await runs(shop, 'warning', broken);
  assert.deepEqual(names, ['os']);
  assert.match(warnings, /by its name scratch\.vhdx alone/);
});
