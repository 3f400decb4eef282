import { describe } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { findEntry } from '../../../main/engine/formats/find-entry.ts';
import { testDamages, type Damage } from '../../fixtures/damage-list.ts';

const blockSize = 1024;
const large = 'sizes/a name of 70000 bytes';
const grown = 'sizes/grown a';

type Change = (bytes: Buffer) => void;

/** A change to the record of a file or folder. */
function inInode(path: string, change: Change): Damage['change'] {
  return async (image) => change(await inodeAt(image, path));
}

async function inodeAt(image: Buffer, path: string): Promise<Buffer> {
  const system = await openFileSystem(bufferSource(image));
  const at = (await system.recordOffset!((await findEntry(system, path.split('/')))!))!;
  return image.subarray(at, at + image.readUInt16LE(1024 + 88));
}

/** A change to the block that the record names at one of its words. */
function inBlockOf(path: string, word: number, change: Change): Damage['change'] {
  return async (image) => {
    const block = (await inodeAt(image, path)).readUInt32LE(40 + word * 4);
    change(image.subarray(block * blockSize, (block + 1) * blockSize));
  };
}

const inSuperblock =
  (change: Change): Damage['change'] =>
  (image) =>
    change(image.subarray(1024, 2048));

/** The descriptors are in the block behind the superblock. */
const inDescriptors =
  (change: Change): Damage['change'] =>
  (image) =>
    change(image.subarray(2048, 3072));

const set16 =
  (at: number, value: number): Change =>
  (bytes) =>
    void bytes.writeUInt16LE(value, at);
const set32 =
  (at: number, value: number): Change =>
  (bytes) =>
    void bytes.writeUInt32LE(value, at);
const flip =
  (at: number): Change =>
  (bytes) =>
    void (bytes[at]! ^= 4);

/** Words of a record behind its own start: the header of an extent tree, its first entry, and where that lies. */
const tree = { entries: 42, most: 44, depth: 46, first: 52, low: 60 } as const;
/** Which word of the map names the first block of an extent tree of depth 0 and of depth 1. */
const extentBlock = { depth0: 5, depth1: 4 } as const;

const everywhere: readonly Damage[] = [
  { name: 'a superblock without its mark', lost: 60, change: inSuperblock(set16(56, 0)) },
  { name: 'a superblock with an impossible block size', lost: 60, change: inSuperblock(set32(24, 40)) },
  { name: 'a superblock with a feature that nobody knows', lost: 60, change: inSuperblock(set32(96, 0x40000000)) },
  { name: 'a superblock with records of an impossible size', lost: 60, change: inSuperblock(set16(88, 100)) },
  { name: 'a superblock with more blocks than the volume', lost: 60, change: inSuperblock(set32(4, 0x7fffffff)) },
  { name: 'a superblock with groups of no inodes', lost: 60, change: inSuperblock(set32(40, 0)) },
  { name: 'a table of inodes outside the volume', lost: 60, change: inDescriptors(set32(8, 0x7fffffff)) },
  { name: 'a size of more than 2^53 bytes', lost: 1, change: inInode(large, set32(108, 0x40000000)) },
  { name: 'the target of a short link that is longer than its record', lost: 1, change: inInode('short link', set32(4, 900)) },
  { name: 'the target of a long link that is longer than any', lost: 1, change: inInode('long link', set32(4, 500_000)) },
];

const ext2: readonly Damage[] = [
  ...everywhere,
  { name: 'a block outside the volume', lost: 1, change: inInode(large, set32(40, 0x7fffffff)) },
  { name: 'a block of pointers outside the volume', lost: 1, change: inInode(large, set32(40 + 48, 0x7fffffff)) },
  { name: 'a pointer outside the volume', lost: 1, change: inBlockOf(large, 12, set32(0, 0x7fffffff)) },
  {
    name: 'a block of pointers that holds itself',
    lost: 1,
    async change(image) {
      const inode = await inodeAt(image, large);
      const block = inode.readUInt32LE(40 + 48);
      inode.writeUInt32LE(block, 40 + 52);
      inode.writeUInt32LE(300_000, 4);
      image.writeUInt32LE(block, block * blockSize);
    },
  },
  { name: 'an entry of a folder that is too short', lost: 1, change: inBlockOf('d', 0, set16(4, 4)) },
  {
    name: 'an entry of a folder that goes beyond its block',
    lost: 1,
    change: inBlockOf('d', 0, (block) => (block[24 + 6] = 255)),
  },
  { name: 'an entry of a folder that leads to no inode there is', lost: 1, change: inBlockOf('d', 0, set32(24, 0x7fffffff)) },
];

const ext4: readonly Damage[] = [
  ...everywhere,
  { name: 'an extent tree without its mark', lost: 1, change: inInode(large, set16(40, 0)) },
  { name: 'an extent tree with more entries than it holds', lost: 1, change: inInode(large, set16(tree.entries, 9)) },
  { name: 'an extent tree that is deeper than any', lost: 1, change: inInode(large, set16(tree.depth, 9)) },
  { name: 'an extent tree that is deeper than it says', lost: 1, change: inInode(grown, set16(tree.depth, 2)) },
  { name: 'an extent outside the volume', lost: 1, change: inInode(large, set32(tree.low, 0x7fffffff)) },
  { name: 'a block of an extent tree outside the volume', lost: 1, change: inInode(grown, set32(tree.first + 4, 0x7fffffff)) },
  { name: 'a block of an extent tree without its mark', lost: 1, change: inBlockOf(grown, extentBlock.depth1, set16(0, 0)) },
  { name: 'extents that lie over one another', lost: 1, change: inBlockOf(grown, extentBlock.depth1, set16(12 + 4, 3000)) },
  { name: 'more in a record than it holds', lost: 1, change: inInode('sizes/a name of 40 bytes', set32(4, 5000)) },
  { name: 'a record whose second part is longer than it', lost: 1, change: inInode(large, set16(128, 0xfff0)) },
  { name: 'an entry of a folder in its record that goes beyond it', lost: 1, change: inInode('d/e', set16(40 + 4 + 4, 0xfff)) },
  {
    name: 'an entry of a folder that goes beyond its block',
    lost: 1,
    change: inBlockOf('sizes', extentBlock.depth0, (block) => ((block[24 + 6] = 255), block.writeUInt16LE(8, 24 + 4))),
  },
];

const withSums: readonly Damage[] = [
  { name: 'the superblock', lost: 60, change: inSuperblock(flip(120)) },
  { name: 'a group descriptor', lost: 60, change: inDescriptors(flip(14)) },
  { name: 'an inode', lost: 1, change: inInode(large, flip(20)) },
  { name: 'an inode of a folder', lost: 60, change: inInode('many', flip(20)) },
  { name: 'a block of an extent tree', lost: 1, change: inBlockOf(grown, extentBlock.depth1, flip(18)) },
  { name: 'a block of a folder', lost: 2, change: inBlockOf('d', extentBlock.depth0, flip(26)) },
  { name: 'the index of a folder', lost: 60, change: inBlockOf('many', extentBlock.depth0, flip(44)) },
];

describe('damage of ext gives equal bytes or a coded reason', () => {
  testDamages('ext2', ext2);
  testDamages('ext4', ext4);
  testDamages('ext4-sums', withSums);
});
