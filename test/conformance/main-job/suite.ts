import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { BackupOutcome } from '#contract';
import { readBytes } from '#engine/blocks';
import { runBackup } from '#engine/backup';
import type { Hypervisor, VmRestorer } from '#engine/ports';
import {
  guestVolumes,
  openPointDisk,
  parseGuestPath,
  readFile as readGuestFile,
  restoreFiles,
  restoreVm,
  restoreVmToHost,
} from '#engine/recovery';
import { checkRepository, findPoint, initRepository, listPoints, openRepository } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { passDays } from '#lab';
import { openHome } from '#service';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { labVms } from '../../../main/lab/vms.ts';
import { clock, passphrase, quickRepository, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';
import { runs } from '../../fixtures/properties.ts';

/** A host under test, over the disks of the lab in `home`. */
export interface HostUnderTest {
  readonly home: string;
  readonly hypervisor: Hypervisor;
  readonly restorer: VmRestorer;
  /** Whether it tells changed ranges. */
  readonly tracking: boolean;
}

const document = '/disk0/part2/Users/anna/Documents';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function diskDigest(path: string): Promise<string> {
  const disk = await openDisk({ format: 'vhdx', path });
  const bytes = await readBytes(disk, 0, disk.sizeBytes);
  await disk.close();
  return sha256(bytes);
}

/** A file as the guest has it now, read from the VM's own disk. */
async function inGuest(path: string, file: string): Promise<Buffer> {
  const disk = await openDisk({ format: 'vhdx', path });
  const pieces: Buffer[] = [];
  const found = await guestVolumes({ indexes: [0], open: async () => disk }).find(parseGuestPath(file));
  for await (const piece of readGuestFile(found)) pieces.push(piece);
  await disk.close();
  return Buffer.concat(pieces);
}

/** Every VM and more turns in the nightly form. */
const nightly = runs(1) > 1;
const turns = nightly ? [0, 1, 1, 0, 1, 0] : [0, 1, 1, 0];
const vmsInTurn = labVms.map((vm) => vm.name).slice(0, nightly ? undefined : 1);

/** Two jobs with repositories of their own, in turn. */
function inTurn(name: string, make: (context: TestContext) => Promise<HostUnderTest>): void {
  test(`${name}: two repositories in turn each read what changed since their own last point, and give back the same disks`, async (context) => {
    const { home: labHome, hypervisor, tracking } = await make(context);
    const home = openHome(join(await temporaryFolder(context), 'home'));
    context.after(() => home.close());
    const vms = vmsInTurn;
    const of = { hypervisor, hostName: 'HV01', journal: home.journal, ...quiet };
    // A full backup of one VM by host VSS has the guests beside it truncate their logs, too: then their disks are no longer as they were.
    const how = { policy: 'require', truncateLogs: false, skipUnused: false } as const;
    const storage = memoryStorage();
    const { recoveryKey } = await initRepository(storage, { passphrase, random, clock });
    const another = await openRepository(storage, { secret: recoveryKey, random, clock });
    const repositories = [await quickRepository(), another] as const;
    const disksOf = async (vm: string): Promise<readonly string[]> => {
      const { disks } = (await hypervisor.listVms()).find((one) => one.name === vm)!;
      return Promise.all(disks.map(({ path }) => diskDigest(path)));
    };
    let first = 0;
    for (const [turn, at] of turns.entries()) {
      const repository = repositories[at]!;
      const expected = new Map<string, readonly string[]>();
      for (const vm of vms) expected.set(vm, await disksOf(vm));
      const outcome = await runBackup({ ...of, ...how, repository, run: home.newRunId() }, { vms });
      assert.equal(outcome.result, 'success', JSON.stringify(outcome.vms));
      const isFirst = turn < 2;
      if (isFirst) first = outcome.readBytes;
      else if (tracking) assert.ok(outcome.readBytes < first / 10, `turn ${turn} read ${outcome.readBytes} of ${first}`);
      for (const { vm, fullReadReason } of outcome.vms)
        assert.equal(fullReadReason === null, tracking && !isFirst, `${vm} ${turn}`);
      for (const vm of vms) {
        const point = await findPoint(repository, `${vm}@latest`);
        for (const [index, digest] of expected.get(vm)!.entries()) {
          const disk = await openPointDisk(repository, point, index);
          assert.equal(sha256(await readBytes(disk, 0, disk.sizeBytes)), digest, `${vm} disk ${index} of turn ${turn}`);
          await disk.close();
        }
      }
      await passDays(labHome, 1);
    }
    const left = await hypervisor.listResidue();
    assert.ok(left.every(({ kind }) => kind === 'reference-point'));
    assert.equal(left.length, tracking ? 2 * vms.length : 0, 'one for each repository');
  });
}

/** The whole main job, on whatever host: the same engine and the same assertions. */
export function mainJobConformance(name: string, make: (context: TestContext) => Promise<HostUnderTest>, tracking = true): void {
  // Without tracking everything is read each time, whose repository it is makes no difference.
  if (tracking || nightly) inTurn(name, make);
  test(`${name}: full backup, a day passes, incremental backup, a file and a VM come back, on the host too`, async (context) => {
    const { home: labHome, hypervisor, restorer, tracking } = await make(context);
    const folder = await temporaryFolder(context);
    const home = openHome(join(folder, 'home'));
    context.after(() => home.close());
    const { journal } = home;
    const repository = await quickRepository();
    const of = { hypervisor, hostName: 'HV01', repository, journal, ...quiet };
    const backUp = async (): Promise<BackupOutcome> => {
      const how = { policy: 'require', truncateLogs: true, skipUnused: false } as const;
      const vms = labVms.map((vm) => vm.name);
      const outcome = await runBackup({ ...of, ...how, run: home.newRunId() }, { vms });
      assert.equal(outcome.result, 'success', JSON.stringify(outcome.vms));
      return outcome;
    };
    const headOf = async (vm: string): Promise<string> =>
      (await hypervisor.listVms()).find((one) => one.name === vm)!.disks[0]!.path;

    const first = await backUp();
    assert.deepEqual(
      first.vms.map((vm) => [vm.vm, vm.consistency]),
      labVms.map((vm) => [vm.name, vm.reachable]),
    );
    const then = await inGuest(await headOf('FS01'), `${document}/budget.csv`);
    await passDays(labHome, 1);
    const [expected, now] = [
      await diskDigest(await headOf('FS01')),
      await inGuest(await headOf('FS01'), `${document}/budget.csv`),
    ];
    const second = await backUp();
    if (tracking) assert.ok(second.vms.every((vm) => vm.fullReadReason === null) && second.readBytes < first.readBytes / 10);
    else assert.ok(second.vms.every((vm) => vm.fullReadReason !== null));
    assert.ok(second.newBytes < first.newBytes / 5, `${second.newBytes} of ${first.newBytes} stored anew`);
    const { points } = await listPoints(repository);
    assert.equal(points.length, 2 * labVms.length);

    for (const [at, content] of [then, now].entries()) {
      const point = points.filter((one) => one.vm === 'FS01')[at]!;
      const volumes = guestVolumes({ indexes: [0], open: (index) => openPointDisk(repository, point, index) });
      const to = join(folder, `files-${at}`);
      const restored = await restoreFiles(volumes, [`${document}/budget.csv`], { to, ...quiet });
      assert.deepEqual([restored.files, restored.skipped], [1, []]);
      assert.ok((await readFile(join(to, 'budget.csv'))).equals(content), `as it was on day ${at}`);
    }

    const point = await findPoint(repository, 'FS01@latest');
    const restored = await restoreVm(repository, point, { to: join(folder, 'vms'), ...quiet });
    const disk = restored.files.find((file) => file.endsWith('.vhdx'))!;
    assert.equal(await diskDigest(join(restored.folder, disk)), expected);
    const wanted = {
      folder: join(labHome, 'restored'),
      name: 'FS01 again',
      newIdentity: true,
      rebuild: false,
      replaceExisting: false,
      disconnectNetwork: true,
      start: false,
    };
    const onHost = await restoreVmToHost({ ...of, point, restorer, run: home.newRunId() }, wanted);
    assert.equal(onHost.error, null);
    const made = (await hypervisor.listVms()).find((vm) => vm.id === onHost.vm!.id)!;
    assert.equal(made.name, 'FS01 again');
    assert.equal(await diskDigest(made.disks[0]!.path), expected);

    assert.deepEqual((await checkRepository(repository, { readData: true, repairIndex: false, ...quiet })).problems, []);
    assert.deepEqual(
      (await hypervisor.listResidue()).filter((item) => item.kind !== 'reference-point'),
      [],
    );
    assert.ok((await readdir(folder)).includes('vms'));
  });
}
