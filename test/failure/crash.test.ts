import assert from 'node:assert/strict';
import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { runBackup } from '#engine/backup';
import { readBytes } from '#engine/blocks';
import { openPointDisk } from '#engine/recovery';
import { checkRepository, findPoint, forgetPoint, listPoints, openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { labHypervisor, passDays } from '#lab';
import { findRun, openHome } from '#service';
import { openDisk } from '../../main/engine/formats/open-disk.ts';
import { cli } from '../fixtures/command-line.ts';
import { placeRepositoryAt } from '../fixtures/empty-repository.ts';
import { clock, quiet, random, temporaryFolder } from '../fixtures/environment.ts';
import { copyLab } from '../fixtures/lab.ts';
import { every, firstBoundary } from './boundaries.ts';

const program = new URL('./crash-program.ts', import.meta.url).pathname;

interface Place {
  readonly home: string;
  readonly repo: string;
  readonly secret: string;
}

async function prepare(context: TestContext): Promise<Place> {
  const folder = await temporaryFolder(context);
  const [home, repo] = [join(folder, 'home'), join(folder, 'repo')];
  await copyLab(home);
  return { home, repo, secret: await placeRepositoryAt(repo) };
}

/** Keeps the place as it is now, and puts it back whenever it is wanted. */
async function snapshotOf({ home, repo }: Place): Promise<() => Promise<void>> {
  for (const folder of [home, repo]) await cp(folder, `${folder}-kept`, { recursive: true });
  return async () => {
    for (const folder of [home, repo]) {
      await rm(folder, { recursive: true });
      await cp(`${folder}-kept`, folder, { recursive: true });
    }
  };
}

function runProgram(
  { home, repo, secret }: Place,
  boundary: number,
  act: string,
): { readonly killed: boolean; readonly ok: boolean; readonly text: string } {
  const { signal, status, stderr } = spawnSync(process.execPath, [program, home, repo, String(boundary), act], {
    encoding: 'utf8',
    env: { ...process.env, HOSTKEEP_PASSWORD: secret },
  });
  return { killed: signal === 'SIGKILL', ok: status === 0, text: stderr };
}

/** Every point reads, every byte is sound, and at least so many points are there. */
async function expectSound(place: Place, points: number, when: string): Promise<number> {
  const storage = folderStorage(place.repo);
  const repository = await openRepository(storage, { secret: place.secret, random, clock });
  const report = await checkRepository(repository, { readData: true, repairIndex: false, ...quiet });
  assert.deepEqual(report.problems, [], when);
  const found = (await listPoints(repository)).points.length;
  assert.ok(found >= points, `${when}: ${found} of ${points} points`);
  await storage.close();
  return found;
}

async function expectNoCheckpoint(place: Place, when: string): Promise<void> {
  const left = (await labHypervisor(place.home, { clock, random }).listResidue()).filter(
    (residue) => residue.kind === 'checkpoint',
  );
  assert.deepEqual(left, [], when);
}

test('a run killed at any write boundary loses nothing, and the next run goes on', async (context) => {
  const place = await prepare(context);
  const first = runProgram(place, 0, 'backup');
  assert.ok(first.ok, first.text);
  await passDays(place.home, 1);
  const restore = await snapshotOf(place);
  for (let boundary = firstBoundary; ; boundary += every) {
    await restore();
    const run = runProgram(place, boundary, 'backup');
    const points = await expectSound(place, 1, `killed at boundary ${boundary}`);
    if (!run.killed) {
      assert.ok(run.ok, run.text);
      assert.ok(boundary > 15, `only ${boundary} boundaries`);
      context.diagnostic(`${boundary - 1} boundaries, every ${every}`);
      return;
    }
    const next = runProgram(place, 0, 'backup');
    assert.ok(next.ok, `after boundary ${boundary}: ${next.text}`);
    await expectNoCheckpoint(place, `after boundary ${boundary}`);
    await expectSound(place, points + 1, `after the run that followed boundary ${boundary}`);
  }
});

test('a run killed before it wrote its baseline down is taken up by the next, which reads changes only', async (context) => {
  const place = await prepare(context);
  const { home, repo, secret } = place;
  assert.ok(runProgram(place, 0, 'backup').ok);
  await passDays(home, 1);
  assert.ok(runProgram(place, 0, 'baseline').killed);
  await passDays(home, 1);
  const state = openHome(home);
  context.after(() => state.close());
  const { hypervisor } = await state.hosts.open(state.hosts.select('lab'));
  const repository = await openRepository(folderStorage(repo), { secret, random, clock });
  const run = state.newRunId();
  const outcome = await runBackup(
    {
      hypervisor,
      hostName: 'LAB',
      repository,
      journal: state.journal,
      run,
      policy: 'require',
      truncateLogs: true,
      skipUnused: false,
      ...quiet,
    },
    { vms: ['LNX01'] },
  );
  assert.equal(outcome.vms[0]?.fullReadReason, null);
  assert.ok(findRun(state.state, run).steps.some((step) => step.step === 'recover' && /taken over/.test(step.detail ?? '')));
  const point = await findPoint(repository, 'LNX01@latest');
  const restored = await openPointDisk(repository, point, 0);
  const path = (await hypervisor.listVms()).find((vm) => vm.name === 'LNX01')!.disks[0]!.path;
  const disk = await openDisk({ format: 'vhdx', path });
  const [left, right] = [await readBytes(restored, 0, restored.sizeBytes), await readBytes(disk, 0, disk.sizeBytes)];
  assert.ok(left.equals(right), 'and the point is the disk as it is');
  await disk.close();
  await repository.close();
});

test('a compact killed at any write boundary loses nothing', async (context) => {
  const place = await prepare(context);
  for (let days = 0; days < 3; days += 1) {
    await passDays(place.home, 1);
    assert.ok(runProgram(place, 0, 'backup').ok);
  }
  const repository = await openRepository(folderStorage(place.repo), { secret: place.secret, random, clock });
  const { points } = await listPoints(repository);
  for (const point of points.slice(0, -1)) await forgetPoint(repository, point.id);
  await repository.close();
  const restore = await snapshotOf(place);
  for (let boundary = firstBoundary; ; boundary += every) {
    await restore();
    const run = runProgram(place, boundary, 'compact');
    await expectSound(place, 1, `compact killed at boundary ${boundary}`);
    if (!run.killed) {
      assert.ok(run.ok, run.text);
      assert.ok(boundary > 4, `only ${boundary} boundaries`);
      context.diagnostic(`${boundary - 1} boundaries, every ${every}`);
      return;
    }
    const again = runProgram(place, 0, 'compact');
    assert.ok(again.ok, `after boundary ${boundary}: ${again.text}`);
    await expectSound(place, 1, `compacted after boundary ${boundary}`);
  }
});

test('runs killed at random moments, with worker threads, lose nothing', async (context) => {
  const place = await prepare(context);
  const environment = { ...process.env, HOSTKEEP_PASSWORD: place.secret, HOSTKEEP_HOME: place.home, HOSTKEEP_REPO: place.repo };
  let points = 0;
  for (const delay of [250, 400, 500, 600, 700, 850, 1000, 1300]) {
    const child = spawn(process.execPath, [cli, 'backup', '--vm', 'FS01', 'APP01'], { env: environment, stdio: 'ignore' });
    const ended = once(child, 'exit');
    await sleep(delay);
    child.kill('SIGKILL');
    await ended;
    points = await expectSound(place, points, `killed after ${delay} ms`);
    await passDays(place.home, 1);
  }
  const last = spawnSync(process.execPath, [cli, 'backup', '--vm', 'FS01', 'APP01'], { env: environment, encoding: 'utf8' });
  assert.equal(last.status, 0, last.stdout + last.stderr);
  await expectNoCheckpoint(place, 'at the end');
});
