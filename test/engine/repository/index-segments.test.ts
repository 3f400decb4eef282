import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStorage, type Storage } from '#engine/storage';
import { entriesPerPage } from '../../../main/engine/repository/index/layout.ts';
import { mergeSegments } from '../../../main/engine/repository/index/merge.ts';
import { openSegment, readSegmentSummary } from '../../../main/engine/repository/index/segment.ts';
import { contentOfPacks, writeSegment } from '../../../main/engine/repository/index/segment-writer.ts';
import { writeDirectory, type PackGroup } from '../../../main/engine/repository/pack/layout.ts';
import { quickRepository, random } from '../../fixtures/environment.ts';
import { forSeeds } from '../../fixtures/properties.ts';
import { numbers, type Numbers } from '../../fuzz/mutate.ts';

const masterKey = Buffer.alloc(32, 3);

/** Ids of which many share their first bytes, as keyed hashes never do: the order must not depend on luck. */
function anyId(next: Numbers): Buffer {
  const id = Buffer.alloc(16);
  const shared = next(3) === 0 ? 8 : next(3) === 0 ? 4 : 0;
  for (let at = shared; at < 16; at += 1) id[at] = next(256);
  return id;
}

function anyPack(next: Numbers, ids: readonly Buffer[]): { readonly packId: string; readonly directory: Buffer } {
  const groups: PackGroup[] = [];
  let offset = 24;
  for (let at = 0; at < ids.length;) {
    const members = ids.slice(at, at + 1 + next(40));
    at += members.length;
    const chunks = members.map((id, index) => ({ id, offset: index * 4096, length: 4096 }));
    const sealedLength = 100 + next(5_000);
    const kind = next(2) === 0 ? 'data' : 'map';
    const plainLength = chunks.length * 4096;
    groups.push({ ordinal: groups.length, kind, compression: 'zstd', offset, sealedLength, plainLength, chunks });
    offset += sealedLength;
  }
  return { packId: random.bytes(16).toString('hex'), directory: writeDirectory(groups) };
}

test('a segment finds every chunk of its packs where it lies, and none that it has not', () =>
  forSeeds(30, async (next) => {
    const storage = memoryStorage();
    const ids = [
      ...new Map(
        Array.from({ length: 1 + next(entriesPerPage * 3) }, () => anyId(next)).map((id) => [id.toString('hex'), id]),
      ).values(),
    ];
    const half = next(ids.length);
    const packs = [anyPack(next, ids.slice(0, half)), anyPack(next, ids.slice(half))];
    const segmentId = await writeSegment({ storage, masterKey, random }, contentOfPacks(packs));
    const { summary } = await readSegmentSummary(storage, masterKey, { segmentId, withFilter: true });
    assert.equal(summary.entryCount, ids.length);
    const segment = openSegment(storage, masterKey, summary);
    for (const [at, id] of ids.entries()) {
      assert.ok(segment.mayHave(id), 'the filter never denies what is there');
      const found = await segment.find(id, () => false);
      assert.equal(found?.packId, packs[at < half ? 0 : 1]!.packId);
    }
    for (let tries = 0; tries < 50; tries += 1) {
      const id = anyId(next);
      if (!ids.some((one) => one.equals(id))) assert.equal(await segment.find(id, () => false), undefined);
    }
  }));

test('segments of a like size become one, which finds all that they found', () =>
  forSeeds(6, async (next) => {
    const repository = await quickRepository();
    const all: { readonly id: Buffer; readonly packId: string }[] = [];
    for (let count = 0; count < 9; count += 1) {
      const ids = [
        ...new Map(Array.from({ length: 40 + next(20) }, () => anyId(next)).map((id) => [id.toString('hex'), id])).values(),
      ];
      const fresh = ids.filter((id) => !all.some((one) => one.id.equals(id)));
      const pack = anyPack(next, fresh);
      all.push(...fresh.map((id) => ({ id, packId: pack.packId })));
      await writeSegment(repository, contentOfPacks([pack]));
    }
    assert.ok((await mergeSegments(repository)) >= 8);
    assert.ok((await repository.storage.list('index')).length < 9);
    const { locator } = await repository.reading();
    for (const { id, packId } of all) assert.equal((await locator.locate(id))?.packId, packId);
  }));

test('of two runs that merge the same segments the later one lets the other have them', async () => {
  const repository = await quickRepository();
  const next = numbers(5);
  const all: { readonly id: Buffer; readonly packId: string }[] = [];
  for (let count = 0; count < 9; count += 1) {
    const ids = Array.from({ length: 50 }, () => random.bytes(16));
    const pack = anyPack(next, ids);
    all.push(...ids.map((id) => ({ id, packId: pack.packId })));
    await writeSegment(repository, contentOfPacks([pack]));
  }
  // The other one is through when this one reads the first page of a segment.
  let others: Promise<number> | undefined;
  let writes = false;
  const overtaken: Storage = {
    ...repository.storage,
    async read(...asked) {
      if (writes) await (others ??= mergeSegments(repository));
      return repository.storage.read(...asked);
    },
    async create(name) {
      writes = true;
      return repository.storage.create(name);
    },
  };
  const merged = await mergeSegments({ ...repository, storage: overtaken });
  assert.deepEqual([merged, await others], [0, 9]);
  assert.equal((await repository.storage.list('index')).length, 1);
  repository.refresh();
  const { locator } = await repository.reading();
  for (const { id, packId } of all) assert.equal((await locator.locate(id))?.packId, packId);
});

test('of a chunk that lies in several packs the place that is not avoided is found, before or behind the others', async () => {
  const next = numbers(11);
  const storage = memoryStorage();
  const ids = Array.from({ length: entriesPerPage }, () => anyId(next));
  const packs = Array.from({ length: 5 }, () => anyPack(next, ids));
  const segmentId = await writeSegment({ storage, masterKey, random }, contentOfPacks(packs));
  const { summary } = await readSegmentSummary(storage, masterKey, { segmentId, withFilter: true });
  const segment = openSegment(storage, masterKey, summary);
  for (const { packId: sound } of packs)
    for (const id of ids) assert.equal((await segment.find(id, ({ packId }) => packId !== sound))?.packId, sound);
  assert.ok(packs.some(({ packId }) => packId === segment.summary.packs[0]));
  for (const id of ids) assert.notEqual(await segment.find(id, () => true), undefined, 'where all are, one of them');
});
