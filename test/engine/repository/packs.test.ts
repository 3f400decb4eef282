import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import { blockBytes, chunkNamer, packWriter, type ChunkKind } from '#engine/repository';
import type { Storage } from '#engine/storage';
import { readPackDirectory } from '../../../main/engine/repository/pack/pack-reader.ts';
import { contentOfPacks, writeSegment } from '../../../main/engine/repository/index/segment-writer.ts';
import { quickRepository, random } from '../../fixtures/environment.ts';
import { anyBytes, forSeeds } from '../../fixtures/properties.ts';
import type { Numbers } from '../../fuzz/mutate.ts';

const masterKey = Buffer.alloc(32, 7);

interface Stored {
  readonly kind: ChunkKind;
  readonly id: Buffer;
  readonly bytes: Buffer;
}

/** Chunks of all sizes and kinds, as a run makes them. */
function anyChunks(next: Numbers, key: Uint8Array): readonly Stored[] {
  const namer = chunkNamer(key);
  return Array.from({ length: 1 + next(60) }, () => {
    const kind = next(5) === 0 ? 'map' : 'data';
    const bytes = anyBytes(next, kind === 'data' ? (1 + next(32)) * blockBytes : 3 + next(20_000));
    return { kind, id: namer(kind, bytes), bytes };
  });
}

async function store(storage: Storage, key: Uint8Array, chunks: readonly Stored[]) {
  const writer = packWriter({ storage, masterKey: key, random });
  for (const { kind, id, bytes } of chunks) await writer.add(kind, id, bytes);
  return writer.finish();
}

test('whatever chunks go into packs, the directory tells all of them, and every one is read back', () =>
  forSeeds(25, async (next) => {
    const repository = await quickRepository();
    const { storage } = repository;
    const chunks = anyChunks(next, repository.masterKey);
    const packs = await store(storage, repository.masterKey, chunks);
    const directories = await Promise.all(packs.map(({ packId }) => readPackDirectory(storage, repository.masterKey, packId)));
    const told = directories.flatMap(({ groups }) =>
      groups.flatMap((group) => group.chunks.map((chunk) => chunk.id.toString('hex'))),
    );
    assert.deepEqual(told.toSorted(), chunks.map(({ id }) => id.toString('hex')).toSorted());
    // Half of the times through the index, else from the packs alone.
    if (next(2) === 0) await writeSegment(repository, contentOfPacks(packs));
    const reader = (await repository.reading()).chunks;
    for (const { kind, id, bytes } of chunks) assert.ok((await reader.read(kind, id)).equals(bytes));
    await assert.rejects(reader.read('data', randomBytes(16)), { code: 'repository/chunk-missing' });
  }));

test('a pack with any byte changed never gives a chunk that is not what was stored', () =>
  forSeeds(40, async (next) => {
    const repository = await quickRepository();
    const { storage } = repository;
    const chunks = anyChunks(next, repository.masterKey);
    await store(storage, repository.masterKey, chunks);
    const [file] = await storage.list('packs');
    const bytes = await storage.readAll(file!.name, 1e9);
    bytes[next(bytes.length)]! ^= 1 << next(8);
    await storage.replace(file!.name, bytes);
    const reader = (await repository.reading()).chunks;
    for (const { kind, id, bytes: wanted } of chunks) {
      try {
        assert.ok((await reader.read(kind, id)).equals(wanted));
      } catch (error) {
        assert.ok(error instanceof HostkeepError && error.code.startsWith('repository/'), String(error));
      }
    }
  }));

test('the same bytes have one name, other bytes or another kind another', () =>
  forSeeds(50, (next) => {
    const namer = chunkNamer(masterKey);
    const bytes = anyBytes(next, blockBytes);
    const other = Buffer.from(bytes);
    other[next(other.length)]! ^= 1 << next(8);
    assert.ok(namer('data', bytes).equals(namer('data', Buffer.from(bytes))));
    assert.ok(!namer('data', bytes).equals(namer('data', other)));
    assert.ok(!namer('data', bytes).equals(namer('map', bytes)));
  }));
