import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { decodeLzx, decodeXpressHuffman } from '../../../../main/engine/formats/compression/index.ts';
import { noise } from '../../../fixtures/environment.ts';

/** Bits into 16-bit little-endian words, the highest first. */
function words(bits: string): Buffer {
  const padded = bits.replaceAll(' ', '').padEnd(Math.ceil(bits.replaceAll(' ', '').length / 16) * 16, '0');
  const bytes = Buffer.alloc(padded.length / 8);
  for (let at = 0; at < padded.length; at += 16) bytes.writeUInt16LE(Number.parseInt(padded.slice(at, at + 16), 2), at / 8);
  return bytes;
}

/** A table in which `a`, `b` and one match symbol have codes of 1, 2 and 2 bits: 0, 10, 11. */
function xpressTable(matchSymbol: number): Buffer {
  const table = Buffer.alloc(256);
  const set = (symbol: number, length: number): void => void (table[symbol >>> 1]! |= length << ((symbol & 1) * 4));
  set(97, 1);
  set(98, 2);
  set(matchSymbol, 2);
  return table;
}

test('XPRESS: letters and a match that overlaps itself', () => {
  const output = Buffer.alloc(12);
  // Distance 2 has one bit below its highest; length 10 is 7 and the least of 3.
  decodeXpressHuffman(Buffer.concat([xpressTable(256 + 16 + 7), words('0 10 11 0')]), output);
  assert.equal(output.toString(), 'abababababab');
});

test('XPRESS: long lengths stand in bytes and words between the bits', () => {
  const output = Buffer.alloc(1 + 300);
  const long = Buffer.from([255, 297 & 255, 297 >>> 8]);
  decodeXpressHuffman(Buffer.concat([xpressTable(256 + 15), words('0 11'), Buffer.alloc(2), long]), output);
  assert.equal(output.toString(), 'a'.repeat(301));
});

test('LZX: a plain block, with x86 calls made relative again', () => {
  const content = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');
  content[4] = 0xe8;
  content.writeInt32LE(1000, 5);
  const head = words(`011 0 ${content.length.toString(2).padStart(16, '0')}`);
  const recent = Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  const output = Buffer.alloc(content.length);
  decodeLzx(Buffer.concat([head, recent, content]), output);
  const expected = Buffer.from(content);
  expected.writeInt32LE(1000 - 4, 5);
  assert.deepEqual(output, expected);
});

for (const [name, decode, longest] of [
  ['XPRESS', decodeXpressHuffman, 65_536],
  ['LZX', decodeLzx, 32_768],
] as const) {
  test(`${name}: noise gives a coded error or fills the output, always at once`, () => {
    let refused = 0;
    for (let seed = 1; seed <= 3000; seed += 1) {
      const input = noise(4 * (seed % 300), seed);
      // Plausible starts, so that some get far.
      if (seed % 3 === 0) input.fill(0x88, 0, Math.min(256, input.length));
      try {
        decode(input, Buffer.alloc((seed * 37) % longest));
      } catch (error) {
        assert.ok(hasCode(error, 'format/compressed-corrupt'), String(error));
        refused += 1;
      }
    }
    assert.ok(refused > 2000, `${refused}`);
  });

  test(`${name}: input that is cut off never passes for the whole`, () => {
    assert.throws(
      () => decode(Buffer.alloc(0), Buffer.alloc(100)),
      (error) => hasCode(error, 'format/compressed-corrupt'),
    );
  });
}
