import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type ErrorCode } from '#contract';
import { dropPoint, listDrops, pinPoint, undeletePoint } from '#engine/repository';
import { forgetByHand, freeSpace, pruneJob } from '#service';
import { quiet } from '../../fixtures/environment.ts';
import { begin, dayMs, jobOf, shop } from '../../fixtures/manifests.ts';

const code = (wanted: ErrorCode) => (error: unknown) => hasCode(error, wanted) || assert.fail(String(error));
const byHand = { graceDays: 7, atOnce: false, by: 'anna' };

test('what somebody forgets can come back until its grace is over, and a compact before that frees nothing of it', async () => {
  const { repository, storage, set, add, ids } = await shop();
  const [first, second] = [await add(begin), await add(begin + dayMs)];
  set(begin + dayMs);
  const { goneAt } = await forgetByHand(repository, first, byHand);
  assert.equal(goneAt, begin + 8 * dayMs);
  assert.deepEqual(await ids(), [second]);
  assert.deepEqual(
    (await listDrops(storage)).map(({ point, by }) => [point, by]),
    [[first, 'anna']],
  );
  set(begin + 2 * dayMs);
  assert.equal((await forgetByHand(repository, first, byHand)).goneAt, goneAt, 'forgotten twice, the first grace counts');
  assert.deepEqual((await freeSpace(repository, quiet)).gone, []);
  await undeletePoint(storage, first);
  assert.deepEqual(await ids(), [first, second]);
  await forgetByHand(repository, first, byHand);
  set(begin + 9 * dayMs);
  assert.deepEqual((await freeSpace(repository, quiet)).gone, [first]);
  assert.deepEqual(await ids(), [second]);
  await forgetByHand(repository, second, byHand);
  assert.deepEqual((await forgetByHand(repository, second, { ...byHand, atOnce: true })).goneAt, null);
  assert.deepEqual(await listDrops(storage), [], 'what is gone is not among what can come back');
  assert.deepEqual(await storage.list('points'), []);
});

test('a pinned point is forgotten by nobody', async () => {
  const { repository, storage, set, add, ids } = await shop();
  const point = await add(begin);
  await pinPoint(storage, { point, at: begin, why: 'year end' });
  for (const atOnce of [false, true])
    await assert.rejects(forgetByHand(repository, point, { ...byHand, atOnce }), code('retention/pinned'));
  assert.deepEqual(await ids(), [point]);
  // Dropped by another console at the moment at which it was pinned: the pin counts.
  await dropPoint(storage, { point, at: begin, until: begin + dayMs, by: 'ben' });
  set(begin + 2 * dayMs);
  assert.deepEqual((await freeSpace(repository, quiet)).gone, []);
  await undeletePoint(storage, point);
  assert.deepEqual(await ids(), [point]);
});

test('a damaged point that was forgotten stops no prune, and a compact only until its grace is over', async () => {
  const { repository, storage, set, add, ids } = await shop();
  const [damaged, ...others] = [await add(begin), await add(begin + dayMs), await add(begin + 2 * dayMs)];
  set(begin + 3 * dayMs);
  const name = `points/${damaged}.point`;
  await storage.replace(name, Buffer.from(await storage.readAll(name, 1 << 20)).fill(7, 40, 50));
  const prune = () => pruneJob(repository, jobOf({ keepLast: 2 }), { confirmed: false, dryRun: false, signal: quiet.signal });
  await assert.rejects(prune(), code('repository/unreadable-points'));
  await forgetByHand(repository, damaged, byHand);
  assert.deepEqual((await prune()).dropped, []);
  await assert.rejects(freeSpace(repository, quiet), code('repository/unreadable-points'));
  set(begin + 11 * dayMs);
  assert.deepEqual((await freeSpace(repository, quiet)).gone, [damaged]);
  assert.deepEqual(await ids(), others);
});

test('a point from a clock that was wrong says nothing of the clock once it is forgotten', async () => {
  const { repository, set, add, ids } = await shop();
  const [sound, ahead] = [await add(begin), await add(begin + 400 * dayMs)];
  set(begin + dayMs);
  await assert.rejects(freeSpace(repository, quiet), code('retention/clock-went-back'));
  await forgetByHand(repository, ahead, byHand);
  assert.deepEqual((await freeSpace(repository, quiet)).gone, []);
  set(begin + 10 * dayMs);
  assert.deepEqual((await freeSpace(repository, quiet)).gone, [ahead]);
  assert.deepEqual(await ids(), [sound]);
});
