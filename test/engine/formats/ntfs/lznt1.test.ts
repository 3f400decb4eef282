import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { decodeLznt1 } from '../../../../main/engine/formats/ntfs/lznt1.ts';

/** A chunk of tokens with its header ([MS-XCA] 2.5.1.2). */
function chunk(tokens: readonly number[]): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16LE(0xb000 | (tokens.length - 1), 0);
  return Buffer.concat([head, Buffer.from(tokens)]);
}

/** A match of 4 bits of distance, as it is at a chunk's start. */
const match = (distance: number, length: number): readonly number[] => {
  const token = ((distance - 1) << 12) | (length - 3);
  return [token & 255, token >>> 8];
};

function decoded(input: Buffer, length: number): string {
  const output = Buffer.alloc(length, 0xee);
  decodeLznt1(input, output);
  return output.toString('latin1');
}

test('letters, matches that repeat what they write, and plain chunks', () => {
  assert.equal(decoded(chunk([0b0000_1000, 97, 98, 99, ...match(3, 9)]), 12), 'abcabcabcabc');
  const plain = Buffer.concat([Buffer.from([2, 0x30]), Buffer.from('xyz')]);
  assert.equal(decoded(Buffer.concat([plain, Buffer.alloc(2)]), 6), 'xyz\0\0\0');
});

test('each chunk stands for 4 KiB, whatever it holds, and matches never leave it', () => {
  const two = Buffer.concat([chunk([0, 97]), chunk([0, 98])]);
  const output = decoded(two, 8192);
  assert.equal(output[0]! + output[4096]!, 'ab');
  assert.equal(output.slice(1, 4096), '\0'.repeat(4095));
  assert.throws(
    () => decoded(Buffer.concat([chunk([0, 97]), chunk([1, ...match(1, 3)])]), 8192),
    (error) => hasCode(error, 'format/ntfs-corrupt'),
  );
});

for (const [what, input] of [
  ['that is cut off', chunk([0, 97]).subarray(0, 3)],
  ['of an unknown kind', Buffer.from([0, 0x80, 0])],
  ['with a match before its start', chunk([0b10, 97, ...match(2, 3)])],
  ['with half a match', chunk([0b10, 97, 0])],
  ['longer than 4 KiB', chunk([0b10, 97, 255, 15, 0b11, 255, 15, 255, 15])],
] as const) {
  test(`a chunk ${what} is damage`, () => {
    assert.throws(
      () => decoded(Buffer.from(input), 4096),
      (error) => hasCode(error, 'format/ntfs-corrupt'),
    );
  });
}
