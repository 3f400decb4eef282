import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { findEntry } from '../../../main/engine/formats/find-entry.ts';
import type { FileSystemState } from '../../../main/engine/formats/file-system.ts';
import { readGeometry as fatGeometry, type FatGeometry } from '../../../main/engine/formats/fat/layout.ts';
import { readGeometry as exfatGeometry } from '../../../main/engine/formats/exfat/layout.ts';
import { sealExfat } from '../../fuzz/seals.ts';
import { testDamages, type Damage } from '../../fixtures/damage-list.ts';
import { seedImage } from '../../fixtures/seed-image.ts';

const large = 'sizes/a name of 70000 bytes';
const grown = 'sizes/grown a';

/** Where a file's own entry lies: of FAT its short entry, of exFAT its set. */
async function entryAt(image: Buffer, path: string): Promise<number> {
  return (await findEntry(await openFileSystem(bufferSource(image)), path.split('/')))!.id;
}

/** The entry of the file allocation table that follows on the first cluster of a file. */
type Next = (geometry: FatGeometry, first: number) => number;

function inFatChain(path: string, next: Next): Damage['change'] {
  return async (image) => {
    const geometry = await fatGeometry(bufferSource(image));
    const first = image.readUInt16LE((await entryAt(image, path)) + 26);
    const value = next(geometry, first);
    const at = geometry.fatOffset + Math.floor((first * geometry.width) / 8);
    if (geometry.width === 32) image.writeUInt32LE(value, at);
    else if (geometry.width === 16) image.writeUInt16LE(value & 0xffff, at);
    else {
      const word = image.readUInt16LE(at);
      image.writeUInt16LE(first % 2 === 0 ? (word & 0xf000) | (value & 0xfff) : (word & 0xf) | ((value & 0xfff) << 4), at);
    }
  };
}

function inFatEntry(path: string, change: (entry: Buffer, geometry: FatGeometry) => void): Damage['change'] {
  return async (image) => {
    const at = await entryAt(image, path);
    change(image.subarray(at, at + 32), await fatGeometry(bufferSource(image)));
  };
}

const outside = (entry: Buffer, { clusters }: FatGeometry): void => {
  entry.writeUInt16LE((clusters + 2) & 0xffff, 26);
  entry.writeUInt16LE((clusters + 2) >>> 16, 20);
};

const fatDamages: readonly Damage[] = [
  { name: 'a boot sector with an impossible sector size', lost: 60, change: (image) => void image.writeUInt16LE(3, 11) },
  { name: 'a boot sector with more clusters than the volume', lost: 60, change: (image) => void (image[16] = 0) },
  { name: 'a chain that ends too soon', lost: 1, change: inFatChain(large, () => 0x0fffffff) },
  { name: 'a chain that leaves the volume', lost: 1, change: inFatChain(large, ({ clusters }) => clusters + 2) },
  { name: 'a chain that goes on in a free cluster', lost: 1, change: inFatChain(large, () => 0) },
  { name: 'a chain that goes on in a bad cluster', lost: 1, change: inFatChain(large, () => 0x0ffffff7) },
  { name: 'a chain that bites its tail', lost: 1, change: inFatChain(large, (_, first) => first) },
  { name: 'a chain of a folder that bites its tail', lost: 10, change: inFatChain('many', (_, first) => first) },
  { name: 'a chain of a folder that leaves the volume', lost: 10, change: inFatChain('many', ({ clusters }) => clusters + 2) },
  { name: 'an entry of a file that begins outside', lost: 1, change: inFatEntry(large, outside) },
  { name: 'an entry of a file that begins nowhere', lost: 1, change: inFatEntry(large, (entry) => entry.fill(0, 26, 28)) },
  {
    name: 'an entry that says more than its chain holds',
    lost: 1,
    change: inFatEntry(large, (entry) => entry.writeUInt32LE(7_000_000, 28)),
  },
  { name: 'an entry of a folder that begins outside', lost: 10, change: inFatEntry('many', outside) },
];

for (const seed of ['fat12', 'fat16', 'fat32'])
  describe(`damage of ${seed} gives equal bytes or a coded reason`, () => testDamages(seed, fatDamages));

describe('the copy of the boot sector of FAT32 is read', () =>
  testDamages('fat32', [
    { name: 'where the first sector was overwritten', lost: 0, change: (image) => void image.fill(0, 0, 512) },
    { name: 'where it was overwritten by noise', lost: 0, change: (image) => void image.fill(0xa5, 0, 512) },
    { name: 'unless both were', lost: 60, change: (image) => void image.fill(0, 0, 7 * 512) },
  ]));

test('free space is not taken from a volume that is known by the copy of its boot sector', async () => {
  for (const seed of ['fat32', 'exfat'] as const) {
    const image = Buffer.from(await seedImage(seed));
    const stateOf = async (): Promise<FileSystemState> => (await openFileSystem(bufferSource(image))).state();
    assert.equal((await stateOf()).freeSpace, 'exact');
    image.fill(0, 0, 512);
    const { clean, freeSpace, note } = await stateOf();
    assert.deepEqual([clean, freeSpace, note?.id], [false, 'uncertain', 'boot-copy-used']);
  }
});

/** A change to the set of a file, whose checksum is mended where the change shall be believed. */
function inSet(path: string, change: (set: Buffer) => void, isSealed = true): Damage['change'] {
  return async (image) => {
    const at = await entryAt(image, path);
    const set = image.subarray(at, at + (image[at + 1]! + 1) * 32);
    change(set);
    if (isSealed) sealExfat(set);
  };
}

function inExfatChain(next: (clusters: number, first: number) => number): Damage['change'] {
  return async (image) => {
    const geometry = await exfatGeometry(bufferSource(image));
    const first = image.readUInt32LE((await entryAt(image, grown)) + 32 + 20);
    image.writeUInt32LE(next(geometry.clusters, first), geometry.fatOffset + first * 4);
  };
}

const exfatDamages: readonly Damage[] = [
  { name: 'a boot region', lost: 0, change: (image) => void (image[92]! ^= 1) },
  { name: 'the first sector overwritten', lost: 0, change: (image) => void image.fill(0, 0, 512) },
  { name: 'both boot regions', lost: 60, change: (image) => void [92, 12 * 512 + 92].forEach((at) => (image[at]! ^= 1)) },
  { name: 'a set without its checksum', lost: 1, change: inSet(large, (set) => (set[40]! ^= 1), false) },
  { name: 'a set that ends too soon', lost: 1, change: inSet(large, (set) => (set[1] = 1)) },
  { name: 'a set without a stream', lost: 1, change: inSet(large, (set) => (set[32] = 0xc5)) },
  { name: 'a set without a name', lost: 1, change: inSet(large, (set) => (set[35] = 0)) },
  { name: 'a set whose name is longer than it', lost: 1, change: inSet(large, (set) => (set[35] = 255)) },
  {
    name: 'a set of which the first entry is the end',
    lost: 1,
    change: inSet('many/file number 3 with a longer name.txt', (set) => (set[0] = 0), false),
  },
  { name: 'a stream that begins outside', lost: 1, change: inSet(large, (set) => set.writeUInt32LE(0xfffff0, 52)) },
  { name: 'a stream that begins nowhere', lost: 1, change: inSet(large, (set) => set.writeUInt32LE(0, 52)) },
  {
    name: 'a stream that is longer than the volume',
    lost: 1,
    change: inSet(large, (set) => set.writeBigUInt64LE(2n ** 40n, 56)),
  },
  { name: 'a stream with more than 2^53 bytes', lost: 1, change: inSet(large, (set) => set.writeBigUInt64LE(2n ** 60n, 56)) },
  {
    name: 'a stream of which more was written than it has',
    lost: 1,
    change: inSet(large, (set) => set.writeBigUInt64LE(80_000n, 40)),
  },
  { name: 'a folder that begins outside', lost: 10, change: inSet('many', (set) => set.writeUInt32LE(0xfffff0, 52)) },
  {
    name: 'a folder that is longer than any may be',
    lost: 10,
    change: inSet('many', (set) => set.writeBigUInt64LE(2n ** 31n, 56)),
  },
  { name: 'a chain that ends too soon', lost: 1, change: inExfatChain(() => 0xffffffff) },
  { name: 'a chain that leaves the volume', lost: 1, change: inExfatChain((clusters) => clusters + 2) },
  { name: 'a chain that bites its tail', lost: 1, change: inExfatChain((_, first) => first) },
];

describe('damage of exFAT gives equal bytes or a coded reason', () => testDamages('exfat', exfatDamages));
