/**
 * `npm run demo`: the main job on the lab host, proven. Protects three VMs, lets a day pass, backs up again reading only what changed,
 * restores one file and one whole VM, and compares both with the lab's own disks. Any difference ends it with exit code 1.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostkeepError, type BackupOutcome, type RestorePoint } from '#contract';
import { runBackup } from '#engine/backup';
import type { BlockSource } from '#engine/blocks';
import {
  guestVolumes,
  openGuest,
  parseGuestPath,
  readFile as readGuestFile,
  restoreFiles,
  restoreVm,
  type GuestDisks,
} from '#engine/recovery';
import { checkRepository, findPoint, repositoryStats, type Repository } from '#engine/repository';
import { createLab, passDays } from '#lab';
import { createRepositoryAt, openHome, openRepositoryAt, type Home, type OpenHost } from '#service';
import { openDisk } from '../engine/formats/open-disk.ts';
import { bytesText, durationText, tableText } from './text.ts';

const vms = ['FS01', 'APP01', 'LNX01'];
const file = '/disk0/part2/Users/anna/Documents/budget.csv';
const quiet = { onProgress: () => undefined, signal: new AbortController().signal };
const started = performance.now();

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function prove(what: string, holds: boolean): void {
  say(`  ${holds ? 'proved' : 'WRONG '}  ${what}`);
  if (!holds) throw new HostkeepError('run/failed', { demo: what });
}

const labOf = (home: Home): Promise<OpenHost> => home.hosts.open(home.hosts.select('lab'));

async function backUp(home: Home, repository: Repository): Promise<BackupOutcome> {
  const { journal } = home;
  const { hypervisor } = await labOf(home);
  const outcome = await runBackup(
    {
      hypervisor,
      hostName: 'LAB-HOST',
      repository,
      journal,
      run: home.newRunId(),
      policy: 'require',
      truncateLogs: true,
      skipUnused: true,
      ...quiet,
    },
    { vms },
  );
  prove(
    `run ${outcome.run}: ${outcome.result}, ${bytesText(outcome.readBytes)} read, ${bytesText(outcome.newBytes)} stored`,
    outcome.result === 'success',
  );
  return outcome;
}

async function digest(source: BlockSource): Promise<string> {
  const sum = createHash('sha256');
  const piece = Buffer.alloc(4 * 1024 * 1024);
  for (let offset = 0; offset < source.sizeBytes; offset += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, source.sizeBytes - offset));
    await source.read(offset, part);
    sum.update(part);
  }
  await source.close();
  return sum.digest('hex');
}

/** The digest of every disk of a VM as the lab has them now. */
async function labDigests(home: Home, vm: string): Promise<readonly string[]> {
  const facts = (await (await labOf(home)).hypervisor.listVms()).find((one) => one.name === vm)!;
  return Promise.all(facts.disks.map(async (disk) => digest(await openDisk({ format: 'vhdx', path: disk.path }))));
}

async function proveFile(home: Home, repository: Repository, folder: string): Promise<void> {
  const point = await findPoint(repository, 'FS01@latest');
  const restored = await restoreFiles(openGuest(repository, point), [file], { to: folder, ...quiet });
  const path = (await (await labOf(home)).hypervisor.listVms()).find((one) => one.name === 'FS01')!.disks[0]!.path;
  const disk = await openDisk({ format: 'vhdx', path });
  const lab: GuestDisks = { indexes: [0], open: async () => disk };
  const pieces: Buffer[] = [];
  for await (const piece of readGuestFile(await guestVolumes(lab).find(parseGuestPath(file)))) pieces.push(piece);
  await disk.close();
  const back = await readFile(join(folder, 'budget.csv'));
  prove(`${file}, ${bytesText(restored.bytes)}, equals the file in the guest`, back.equals(Buffer.concat(pieces)));
}

async function proveVm(repository: Repository, folder: string, expected: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const point: RestorePoint = await findPoint(repository, 'FS01@latest');
  const restored = await restoreVm(repository, point, { to: folder, ...quiet });
  const disks = restored.files.filter((name) => name.endsWith('.vhdx'));
  for (const [index, name] of disks.entries()) {
    const sum = await digest(await openDisk({ format: 'vhdx', path: join(restored.folder, name) }));
    prove(`${name} of the restored VM equals the guest's disk byte for byte`, sum === expected.get('FS01')?.[index]);
  }
}

async function demo(folder: string): Promise<void> {
  const passphrase = 'only for this demo';
  say('Making a lab host with three VMs and an encrypted repository.');
  await createLab(folder);
  await createRepositoryAt(join(folder, 'repository'), passphrase);
  const home = openHome(folder);
  const repository = await openRepositoryAt(join(folder, 'repository'), async () => passphrase);
  try {
    say('First backup of the three VMs.');
    const first = await backUp(home, repository);
    await passDays(folder, 1);
    say('A day has passed. Second backup, reading only what changed.');
    const expected = new Map([['FS01', await labDigests(home, 'FS01')]]);
    const second = await backUp(home, repository);
    prove(
      'nothing but changed ranges was read',
      second.vms.every((vm) => vm.fullReadReason === null) && second.readBytes < first.readBytes / 10,
    );
    say('Restoring one file, and one whole VM.');
    await proveFile(home, repository, join(folder, 'files'));
    await proveVm(repository, join(folder, 'vms'), expected);
    const report = await checkRepository(repository, { readData: true, repairIndex: false, ...quiet });
    prove(`every byte of the repository is as it was written (${report.packs} packs)`, report.problems.length === 0);
    await table(repository, [first, second]);
  } finally {
    await repository.close();
    home.close();
  }
}

async function table(repository: Repository, outcomes: readonly BackupOutcome[]): Promise<void> {
  const stats = await repositoryStats(repository);
  const rows = outcomes.map((outcome, index) => [
    `backup ${index + 1}`,
    bytesText(outcome.readBytes),
    bytesText(outcome.newBytes),
    durationText(outcome.durationMs),
  ]);
  say(`\n${tableText(['', 'READ', 'STORED', 'TIME'], rows)}`);
  const saved = 100 - (100 * stats.storedBytes) / stats.logicalBytes;
  say(
    `\n${stats.points} restore points of ${bytesText(stats.logicalBytes)} in ${bytesText(stats.storedBytes)}: ${saved.toFixed(1)} % saved.`,
  );
  say(`All of it took ${durationText(performance.now() - started)}.`);
}

const folder = await mkdtemp(join(tmpdir(), 'hostkeep-demo-'));
try {
  await demo(folder);
} catch (error) {
  say(error instanceof Error ? error.message : 'failed');
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
