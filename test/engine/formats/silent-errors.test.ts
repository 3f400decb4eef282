import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { contentOf, flipped, isCode, silentErrors } from '../../fixtures/volume-content.ts';

/** File systems whose every structure has a checksum, as their tools make them today. */
const checked: readonly Checked[] = [
  { name: 'ext4-sums', unit: 1024, log: () => [0, 0] },
  { name: 'xfs', unit: 512, log: logOfXfs },
  { name: 'btrfs', unit: 4096, log: () => [0, 0] },
];

interface Checked {
  readonly name: string;
  /** Bytes that content is measured in. */
  readonly unit: number;
  /** Start and end of a log in which nothing waits: every sector of it bears numbers that mean nothing. */
  readonly log: (image: Buffer) => readonly [number, number];
}

function logOfXfs(image: Buffer): readonly [number, number] {
  const [blockSize, start, blocks] = [image.readUInt32BE(4), Number(image.readBigUInt64BE(48)), image.readUInt32BE(96)];
  const [groupBlocks, groupBits] = [image.readUInt32BE(84), image[124]!];
  const first = Math.floor(start / 2 ** groupBits) * groupBlocks + (start % 2 ** groupBits);
  return [first * blockSize, (first + blocks) * blockSize];
}

/** Volumes are read so many times with a byte changed; HOSTKEEP_FLIPS asks for more. */
const flips = Number(process.env['HOSTKEEP_FLIPS'] ?? 250);

async function imageOf(name: string): Promise<Buffer> {
  return zstdDecompressSync(await readFile(new URL(`../../fuzz/seeds/${name}.img.zst`, import.meta.url)));
}

/** Offsets of bytes that are neither zero nor content of files. */
async function structureBytes(image: Buffer, { unit, log }: Checked): Promise<readonly number[]> {
  const system = await openFileSystem(bufferSource(image));
  const content = new Set<number>();
  for await (const file of system.scan()) {
    // Links that lie in a block of their own have no checksum in ext4.
    if (file.type !== 'file' && file.type !== 'symlink') continue;
    // A short one lies in its record, which has no ranges.
    const ranges = await system.ranges(file).catch((error: unknown) => {
      if (file.type === 'symlink') return [];
      throw error;
    });
    for (const { volumeOffset, length } of ranges)
      for (let at = 0; volumeOffset !== null && at < length; at += unit) content.add(Math.floor((volumeOffset + at) / unit));
  }
  const found: number[] = [];
  const [logStart, logEnd] = log(image);
  const isLog = (at: number): boolean => at >= logStart && at < logEnd;
  for (let at = 0; at < image.length; at += 1)
    if (image[at] !== 0 && !isLog(at) && !content.has(Math.floor(at / unit))) found.push(at);
  return found;
}

for (const one of checked) {
  const { name } = one;
  test(`A byte changed anywhere in the structures of ${name} gives equal bytes or a reason, never other ones`, async () => {
    const image = await imageOf(name);
    const sound = await contentOf(bufferSource(image));
    assert.ok(sound.outcomes.size > 70 && ![...sound.outcomes.values()].some(isCode));
    const bytes = await structureBytes(image, one);
    let noticed = 0;
    for (let flip = 0; flip < flips; flip += 1) {
      const at = bytes[Math.floor((flip * bytes.length) / flips)]!;
      const damaged = await contentOf(flipped(image, at, 1 << (flip % 8)));
      assert.deepEqual(silentErrors(sound, damaged), [], `byte ${at} (${at.toString(16)})`);
      if (damaged.isDamaged || [...damaged.outcomes.values()].some(isCode)) noticed += 1;
    }
    assert.ok(noticed > flips / 10, `${noticed} of ${flips} noticed`);
  });
}
