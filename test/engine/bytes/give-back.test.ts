import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { alignedBuffer, giveBack } from '#engine/bytes';

test('a buffer that is given back is empty, as are all views of it, and giving it back twice harms nothing', () => {
  const whole = Buffer.alloc(1024 * 1024, 1);
  const part = whole.subarray(4096, 8192);
  giveBack(part);
  giveBack(whole);
  assert.deepEqual([whole.length, part.length], [0, 0]);
});

test('what zlib makes can be given back, thousands of times, and memory does not grow', () => {
  const packed = zstdCompressSync(Buffer.alloc(256 * 1024, 'text'));
  const before = process.memoryUsage.rss();
  for (let time = 0; time < 4000; time += 1) giveBack(zstdDecompressSync(packed, { chunkSize: 300 * 1024 }));
  assert.ok(process.memoryUsage.rss() - before < 64 * 1024 * 1024);
});

test('what others may use stays: small buffers in the pool, shared memory, aligned memory', () => {
  const kept = [Buffer.from('in the pool'), Buffer.from(new SharedArrayBuffer(1024 * 1024)), alignedBuffer(1024 * 1024)];
  const lengths = kept.map((bytes) => bytes.length);
  for (const bytes of kept) giveBack(bytes);
  assert.deepEqual(
    kept.map((bytes) => bytes.length),
    lengths,
  );
});
