import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { blockBytes, chunkKeyer, chunkNamer, type ChunkLocation } from '#engine/repository/chunks';
import { openLeaf, type SealedLeaf } from '../../../../main/engine/recovery/restore/sealed-leaf.ts';
import { noise } from '../../../fixtures/environment.ts';

const masterKey = Buffer.alloc(32, 7);
const keyer = chunkKeyer(masterKey);
const chunkBlocks = 2;
const chunks = 4;
const blocks = chunkBlocks * chunks;

/** A leaf of four chunks of one group. */
function leafOf(content: Buffer): SealedLeaf {
  const named = Array.from({ length: chunks }, (_, at) => {
    const offset = at * chunkBlocks * blockBytes;
    const length = chunkBlocks * blockBytes;
    const id = chunkNamer(masterKey)('data', content.subarray(offset, offset + length));
    return { id, place: placeOf(offset, length), uses: [{ block: at * chunkBlocks, skip: 0, blocks: chunkBlocks }] };
  });
  const wanted = new Map(named.map(({ id, place, uses }) => [id.toString('latin1'), { place, uses }]));
  return {
    entries: named.map(({ id }) => ({ kind: 'chunk', id, skip: 0, blocks: chunkBlocks })),
    groups: [{ place: named[0]!.place, sealed: Buffer.alloc(0), chunks: wanted }],
  };
}

function placeOf(offset: number, length: number): ChunkLocation {
  const group = { groupOrdinal: 0, groupOffset: 24, sealedLength: 100, compression: 'none', kind: 'data' } as const;
  return { packId: '0'.repeat(32), ...group, offset, length };
}

const content = noise(blocks * blockBytes, 1);

test('a leaf is opened; with one flipped bit in any of its chunks it is not', async () => {
  const leaf = leafOf(content);
  const target = Buffer.alloc(content.length);
  const opened = (plain: Buffer): Promise<void> => openLeaf(leaf, { groups: () => plain, keyer }, target);
  await opened(content);
  assert.ok(target.equals(content));
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const flipped = Buffer.from(content);
    flipped[(chunk * chunkBlocks + 1) * blockBytes + 5]! ^= 4;
    await assert.rejects(opened(flipped), (error) => hasCode(error, 'repository/chunk-damaged'));
  }
});
