import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { hasCode, HostkeepError, type ErrorCode, type Schedule } from '#contract';
import { simulateRetention } from '#engine/jobs';
import { checkRepository, findPoint, listDrops, pinPoint, undeletePoint } from '#engine/repository';
import { memoryStorage, type Storage } from '#engine/storage';
import { freeSpace, pointsOfJob, pruneJob, simulateJob } from '#service';
import { quiet } from '../../fixtures/environment.ts';
import { begin, dayMs, jobOf, shop } from '../../fixtures/manifests.ts';
import { tries } from '../../fixtures/properties.ts';

const code = (wanted: ErrorCode) => (error: unknown) => hasCode(error, wanted) || assert.fail(String(error));

const now = { confirmed: false, dryRun: false, signal: quiet.signal };

test('day by day a prune does what the simulator said', async () => {
  const { repository, set, add } = await shop();
  let [at, ordinal, jobs] = [begin, 0, 0];
  const rule = fc.integer({ min: 0, max: 4 });
  const shape = fc.record({
    keepLast: fc.integer({ min: 1, max: 3 }),
    daily: rule,
    weekly: rule,
    monthly: rule,
    graceDays: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(shape, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 10, maxLength: 30 }), async (policy, steps) => {
      // A job of its own for every policy; time goes on.
      const job = { ...jobOf(policy), id: `j${(jobs += 1)}` };
      const moments = steps.map((days) => {
        at += days * dayMs;
        ordinal += 1;
        return { at, arriving: [{ id: ordinal.toString(16).padStart(16, '0'), vm: 'FS01', time: at, pinned: null }] };
      });
      for (const day of simulateRetention([], job.retention, moments)) {
        set(day.at);
        await add(day.at, { job: job.id });
        const pruned = await pruneJob(repository, job, now);
        assert.deepEqual(pruned.dropped, day.dropped);
        const left = (await pointsOfJob(repository, job.id)).map((point) => point.id);
        assert.deepEqual(left.toSorted(), day.kept.map((one) => one.point).sort());
        await freeSpace(repository, quiet);
        assert.ok((await listDrops(repository.storage)).every((drop) => drop.until > day.at));
      }
    }),
    tries(6),
  );
});

test('a dropped point comes back within its grace, and is gone after a compact that follows it', async () => {
  const { repository, storage, set, add, ids } = await shop();
  const job = jobOf({ keepLast: 1, graceDays: 7 });
  const [old, newer] = [await add(begin), await add(begin + dayMs)];
  set(begin + dayMs);
  assert.deepEqual(
    (await pruneJob(repository, job, { ...now, dryRun: true })).dropped.map((one) => one.point),
    [old],
  );
  assert.equal((await ids()).length, 2, 'a dry run drops nothing');
  await pruneJob(repository, job, now);
  assert.deepEqual(await ids(), [newer]);
  set(begin + 7 * dayMs);
  assert.deepEqual((await freeSpace(repository, quiet)).gone, []);
  assert.equal((await findPoint(repository, old)).id, old, 'it is whole');
  await undeletePoint(storage, old);
  assert.deepEqual(await ids(), [old, newer]);
  await pinPoint(storage, { point: old, at: begin, why: 'year end' });
  assert.deepEqual((await pruneJob(repository, job, now)).dropped, []);
  assert.deepEqual((await checkRepository(repository, { readData: true, repairIndex: false, ...quiet })).problems, []);
  await storage.remove(`pins/${old}`);
  await pruneJob(repository, job, now);
  set(begin + 14 * dayMs + 1);
  assert.deepEqual((await freeSpace(repository, quiet)).gone, [old]);
  await assert.rejects(undeletePoint(storage, old), code('input/not-found'));
  assert.deepEqual((await storage.list('drops')).length, 0);
});

test('points of other jobs, and those made by hand, are under nobody else\u2019s policy', async () => {
  const { repository, set, add, ids } = await shop();
  const other = await add(begin, { job: 'j2' });
  for (let day = 1; day < 5; day += 1) await add(begin + day * dayMs);
  set(begin + 5 * dayMs);
  await pruneJob(repository, jobOf({ keepLast: 2, floor: 2 }), now);
  assert.deepEqual(await ids(), [other, '0000000000000004', '0000000000000005']);
});

test('a prune and a compact refuse when a manifest or a listing cannot be read, and when the clock went back', async () => {
  let broken = 'none';
  const memory = memoryStorage();
  const storage: Storage = {
    ...memory,
    async names(folder) {
      if (folder === broken) throw new HostkeepError('storage/unreachable', { file: folder });
      return memory.names(folder);
    },
  };
  const { repository, set, add, ids } = await shop(storage);
  for (let day = 0; day < 6; day += 1) await add(begin + day * dayMs);
  const job = jobOf({ keepLast: 2 });
  set(begin + 2 * dayMs);
  await assert.rejects(pruneJob(repository, job, now), code('retention/clock-went-back'));
  await assert.rejects(freeSpace(repository, quiet), code('retention/clock-went-back'));
  set(begin + 6 * dayMs);
  for (broken of ['points', 'drops', 'pins']) {
    await assert.rejects(pruneJob(repository, job, now), code('storage/unreachable'), broken);
    await assert.rejects(freeSpace(repository, quiet), code('storage/unreachable'), broken);
  }
  broken = 'none';
  const manifest = 'points/0000000000000001.point';
  const whole = await storage.readAll(manifest, 1 << 20);
  await storage.replace(manifest, Buffer.from(whole).fill(7, 40, 50));
  await assert.rejects(pruneJob(repository, job, now), code('repository/unreadable-points'));
  await assert.rejects(freeSpace(repository, quiet), code('repository/unreadable-points'));
  await storage.replace(manifest, whole);
  assert.equal((await ids()).length, 6, 'nothing was lost meanwhile');
  assert.equal((await pruneJob(repository, job, now)).dropped.length, 4);
  assert.ok((await pointsOfJob(repository, 'j1')).length === 2);
});

test('a damaged mark keeps its point, and check tells of it', async () => {
  const { repository, storage, set, add, ids } = await shop();
  for (let day = 0; day < 3; day += 1) await add(begin + day * dayMs);
  set(begin + 3 * dayMs);
  await pruneJob(repository, jobOf({ keepLast: 1 }), now);
  const [mark] = await storage.list('drops');
  await storage.replace(mark!.name, Buffer.from('{}'));
  assert.equal((await ids()).length, 2);
  const { problems } = await checkRepository(repository, { readData: false, repairIndex: false, ...quiet });
  assert.deepEqual(
    problems.map((problem) => [problem.code, problem.file]),
    [['repository/mark-damaged', mark!.name]],
  );
});

test('a VM with a policy of its own is kept by it alone, and one that keeps every point loses none', async () => {
  const { repository, set, add } = await shop();
  const own = jobOf({ keepLast: 3, graceDays: 2 }).retention;
  const job = {
    ...jobOf({ keepLast: 1, graceDays: 7 }),
    vmRetention: [
      { vm: 'sql01', retention: own },
      { vm: 'id-of-dc', retention: null },
    ],
  };
  const vms = [
    { vm: 'FS01', vmId: 'id-of-fs' },
    { vm: 'SQL01', vmId: 'id-of-sql' },
    { vm: 'DC01', vmId: 'id-of-dc' },
  ];
  for (let day = 0; day < 5; day += 1) for (const vm of vms) await add(begin + day * dayMs, vm);
  const at = begin + 5 * dayMs;
  set(at);
  const report = await pruneJob(repository, job, now);
  const left = await pointsOfJob(repository, 'j1');
  assert.deepEqual(
    vms.map(({ vmId }) => left.filter((point) => point.vm === vmId).length),
    [1, 3, 5],
  );
  assert.equal(report.goneAt, at + 7 * dayMs);
  assert.ok(report.kept.every((one) => one.vm !== 'id-of-dc' || one.reasons[0]?.rule === 'no-policy'));
  const graces = (await listDrops(repository.storage)).map((drop) => (drop.until - at) / dayMs);
  assert.deepEqual(
    graces.toSorted((a, b) => a - b),
    [2, 2, 7, 7, 7, 7],
  );
  const schedule: Schedule = { timeZone: 'UTC', recurrence: { kind: 'daily', times: ['22:00'] }, windows: [], blackouts: [] };
  const foretold = simulateJob({ ...job, schedule }, { points: left, now: at, days: 10 });
  const last = foretold.at(-1)!;
  assert.deepEqual(
    vms.map(({ vmId }) => last.kept.filter((point) => point.vm === vmId).length),
    [1, 3, 5 + foretold.length],
  );
  await assert.rejects(pruneJob(repository, { ...job, retention: null, vmRetention: [] }, now), code('retention/none'));
});
