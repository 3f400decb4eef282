import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockBytes, chunker, leafBlocks } from '#engine/repository';
import { forSeeds, anyBytes } from '../../fixtures/properties.ts';

const longest = 32;

function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
}

function cutsOf(cut: ReturnType<typeof chunker>, words: Uint32Array, from: number, to: number): readonly number[] {
  const cuts: number[] = [];
  for (let at = from; at < to;) {
    at = cut(words, at, to);
    cuts.push(at);
  }
  return cuts;
}

test('chunks cover every stretch without gap, in order, none longer than 32 blocks', () =>
  forSeeds(60, (next) => {
    const blocks = 1 + next(200);
    const words = wordsOf(Buffer.concat(Array.from({ length: blocks }, () => anyBytes(next, blockBytes))));
    const from = next(blocks);
    const to = from + 1 + next(blocks - from);
    const cuts = cutsOf(chunker(Buffer.alloc(32, next(256))), words, from, to);
    assert.equal(cuts.at(-1), to);
    cuts.reduce((before, at) => {
      assert.ok(at > before && at - before <= longest, `${before} to ${at}`);
      return at;
    }, from);
  }));

test('boundaries follow the content: the same blocks behind others are soon cut at the same places', () =>
  forSeeds(12, (next) => {
    const cut = chunker(Buffer.alloc(32, 1 + next(250)));
    const content = Buffer.alloc(400 * blockBytes);
    for (let at = 0; at < content.length; at += 4) content.writeUInt32LE(next(0x1_0000_0000), at);
    const shift = 1 + next(60);
    const before = Buffer.alloc(shift * blockBytes, 7);
    for (let at = 0; at < before.length; at += 4) before.writeUInt32LE(next(0x1_0000_0000), at);
    const alone = new Set(cutsOf(cut, wordsOf(content), 0, 400));
    const behind = cutsOf(cut, wordsOf(Buffer.concat([before, content])), 0, 400 + shift).map((at) => at - shift);
    const met = behind.find((at) => at > 0 && alone.has(at));
    assert.ok(met !== undefined && met < 200, `met at ${met}`);
    for (const at of behind.filter((one) => one > met)) assert.ok(alone.has(at), `${at} is cut in one of them only`);
  }));

test('another key cuts elsewhere, the same key at the same places', () => {
  const bytes = Buffer.alloc(leafBlocks * 1024);
  let state = 1;
  for (let at = 0; at < bytes.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  const words = wordsOf(bytes);
  const blocks = bytes.length / blockBytes;
  const cuts = (key: number) => cutsOf(chunker(Buffer.alloc(32, key)), words, 0, blocks).join();
  assert.equal(cuts(1), cuts(1));
  assert.notEqual(cuts(1), cuts(2));
});
