import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runImageBackup } from '#engine/backup';
import { bufferSource, throttled, type BlockSource } from '#engine/blocks';
import { noLimits, readLoad, readPace, type LoadClock } from '../../../main/engine/backup/load/read-load.ts';
import { folderRepository, noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';

const mib = 1024 * 1024;
const second = 1_000_000;

/** Time that passes only while everybody sleeps. */
function virtualTime() {
  let now = 50 * second;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock: LoadClock = {
    now: () => now,
    sleep: (length) => new Promise((wake) => sleepers.push({ at: now + length, wake })),
  };
  const pass = async (work: Promise<unknown>): Promise<number> => {
    const [begun, state] = [now, { over: false }];
    const ended = work.finally(() => void (state.over = true));
    while (!state.over) {
      await new Promise(setImmediate);
      const next = sleepers.sort((a, b) => a.at - b.at).shift();
      if (next === undefined) continue;
      now = Math.max(now, next.at);
      next.wake();
    }
    await ended;
    return (now - begun) / second;
  };
  return { clock, pass };
}

/** A disk of a host on which every read takes so many milliseconds. */
function slowDisk(clock: LoadClock, takes: () => number): BlockSource {
  const disk = bufferSource(Buffer.alloc(64 * mib, 7));
  return {
    ...disk,
    async read(offset, target) {
      await clock.sleep(takes() * 1000);
      await disk.read(offset, target);
    },
  };
}

const readAll = async (source: BlockSource, from: number, bytes: number): Promise<void> => {
  const target = Buffer.alloc(bytes);
  await source.read(from, target);
  assert.ok(target.equals(Buffer.alloc(bytes, 7)), 'every byte is there, however it was cut');
};

test('readers of several threads and VMs together keep the rate, and no second has more', async () => {
  const { clock, pass } = virtualTime();
  const load = readLoad();
  load.setLimits({ ...noLimits, bytesPerSecond: 4 * mib });
  const readers = [0, 1, 2].map((at) => {
    const source = throttled(
      slowDisk(clock, () => 1),
      readPace(load.memory, clock),
    );
    return Promise.all([readAll(source, at * 8 * mib, 4 * mib), readAll(source, at * 8 * mib + 4 * mib, 4 * mib)]);
  });
  const seconds = await pass(Promise.all(readers));
  assert.ok(seconds > 5.8 && seconds < 6.2, `24 MiB at 4 MiB a second took ${seconds} s`);
  const cost = load.cost();
  assert.equal(cost.readBytes, 24 * mib);
  assert.ok(cost.peakBytesPerSecond <= 4.6 * mib, `${cost.peakBytesPerSecond}`);
  assert.ok(Math.abs(cost.readMs - seconds * 1000) < 500 && cost.heldMs > 0 && cost.latencyMs === 1, JSON.stringify(cost));
});

test('while reads take longer than they may the run rests, and when the host has recovered it does no longer', async () => {
  const { clock, pass } = virtualTime();
  const load = readLoad();
  load.setLimits({ ...noLimits, latencyMs: 10 });
  let takes = 40;
  const source = throttled(
    slowDisk(clock, () => takes),
    readPace(load.memory, clock),
  );
  const busy = await pass(readAll(source, 0, 8 * mib));
  // 16 reads of 40 ms; between them four times the 30 ms over.
  assert.ok(busy > 16 * 0.04 + 14 * 0.12, `${busy} s`);
  takes = 2;
  await pass(readAll(source, 8 * mib, 16 * mib));
  const held = load.cost().heldMs;
  const calm = await pass(readAll(source, 24 * mib, 8 * mib));
  assert.ok(calm < 0.05, `${calm} s`);
  assert.equal(load.cost().heldMs, held, 'nothing is held back any more');
});

test('a host however slow stops no run: a rest has an end', async () => {
  const { clock, pass } = virtualTime();
  const load = readLoad();
  load.setLimits({ ...noLimits, latencyMs: 1 });
  const source = throttled(
    slowDisk(clock, () => 60_000),
    readPace(load.memory, clock),
  );
  assert.ok((await pass(readAll(source, 0, 2 * mib))) < 4 * 62 + 1);
});

test('a limit that changes meanwhile counts from then on, and a run that is stopped waits for nothing', async () => {
  const { clock, pass } = virtualTime();
  const load = readLoad();
  load.setLimits({ ...noLimits, bytesPerSecond: 128 * 1024 });
  let stopped = false;
  const source = throttled(
    slowDisk(clock, () => 1),
    readPace(load.memory, clock, () => stopped),
  );
  assert.ok((await pass(readAll(source, 0, mib))) > 4);
  load.setLimits(noLimits);
  assert.ok((await pass(readAll(source, 0, 8 * mib))) < 0.1);
  load.setLimits({ ...noLimits, bytesPerSecond: 64 * 1024 });
  const waiting = readAll(source, 0, mib);
  stopped = true;
  assert.ok((await pass(waiting)) < 0.5);
});

test('a backup with worker threads keeps its rate, and says what it cost the host', async (context) => {
  const folder = await temporaryFolder(context);
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(24 * mib, 3));
  const repository = await folderRepository(context);
  const journal = { begin: () => undefined, end: () => undefined } as unknown as Parameters<typeof runImageBackup>[0]['journal'];
  // Far below what any machine reads and stores, so that it is the rate that counts.
  const rate = 8 * mib;
  const outcome = await runImageBackup({
    repository,
    journal,
    run: 'r1',
    image,
    vm: 'VM1',
    skipUnused: true,
    limits: () => ({ vmsAtOnce: 1, bytesPerSecond: rate, latencyMs: null }),
    ...quiet,
  });
  const { cost } = outcome;
  assert.ok(cost.readBytes >= 24 * mib, 'what was read to look for free space counts, too');
  assert.ok(cost.readMs >= 2700, `24 MiB at 8 MiB a second took ${cost.readMs} ms`);
  assert.ok(cost.heldMs > 0);
});
