import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembleNh } from '../../../build/fingerprints/assemble.ts';
import { blockMemories } from '../../../main/engine/repository/fingerprints/block-memory.ts';
import { nhModule } from '../../../main/engine/repository/fingerprints/nh-module.ts';
import { deriveKey } from '../../../main/engine/repository/seal.ts';
import { noise } from '../../fixtures/environment.ts';

const blockBytes = 4096;
const masterKey = noise(32, 3);

test('the module that ships is what its source assembles to', async () => {
  assert.equal(nhModule, await assembleNh());
});

/** NH as the paper has it, in 64-bit arithmetic: sums of products of words added to key words, with the key shifted for the second pass. */
function reference(block: Buffer, key: Buffer): string {
  const word = (bytes: Buffer, index: number): bigint => BigInt(bytes.readUInt32LE(index * 4));
  const pass = (shift: number): bigint => {
    let sum = 0n;
    for (let unit = 0; unit < blockBytes / 4; unit += 8) {
      for (let lane = unit; lane < unit + 4; lane += 1) {
        const left = BigInt.asUintN(32, word(block, lane) + word(key, lane + shift));
        const right = BigInt.asUintN(32, word(block, lane + 4) + word(key, lane + 4 + shift));
        sum = BigInt.asUintN(64, sum + left * right);
      }
    }
    return sum;
  };
  const out = Buffer.alloc(16);
  out.writeBigUInt64LE(pass(0), 0);
  out.writeBigUInt64LE(pass(4), 8);
  return out.toString('hex');
}

test('fingerprints are NH under a key of the repository', () => {
  const memory = blockMemories(masterKey)(4 * blockBytes);
  noise(3 * blockBytes, 8).copy(memory.bytes);
  memory.bytes.fill(0xff, 3 * blockBytes);
  const key = deriveKey(masterKey, 'block-fingerprints', blockBytes + 16);
  const found = memory.fingerprints(0, 4);
  for (let block = 0; block < 4; block += 1) {
    const bytes = memory.bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
    assert.equal(found.toString('hex', block * 16, block * 16 + 16), reference(bytes, key), `block ${block}`);
  }
  assert.deepEqual(memory.fingerprints(2, 3), found.subarray(32, 48));
});

test('every changed bit of a block changes its fingerprint, and another repository has others', () => {
  const memory = blockMemories(masterKey)(blockBytes);
  noise(blockBytes, 5).copy(memory.bytes);
  const seen = new Set([memory.fingerprints(0, 1).toString('hex')]);
  for (let bit = 0; bit < blockBytes * 8; bit += 1) {
    memory.bytes[bit >>> 3]! ^= 1 << (bit & 7);
    seen.add(memory.fingerprints(0, 1).toString('hex'));
    memory.bytes[bit >>> 3]! ^= 1 << (bit & 7);
  }
  assert.equal(seen.size, blockBytes * 8 + 1);
  const other = blockMemories(noise(32, 4))(blockBytes);
  memory.bytes.copy(other.bytes);
  assert.ok(!seen.has(other.fingerprints(0, 1).toString('hex')));
});
