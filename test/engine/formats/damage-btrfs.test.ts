import { describe } from 'node:test';
import { sealBtrfs } from '../../fuzz/seals.ts';
import { testDamages, type Damage } from '../../fixtures/damage-list.ts';

const superblockAt = 65_536;
const headerBytes = 101;
const itemBytes = 25;
const types = { inode: 1, xattr: 24, folderIndex: 96, extentData: 108, checksum: 128, root: 132, chunk: 228 } as const;

interface Leaf {
  readonly block: Buffer;
  readonly item: number;
  /** Where the data of the item begins in the block, and how long they are. */
  readonly at: number;
  readonly length: number;
}

/** A change to the superblock. */
function inSuperblock(change: (block: Buffer) => void, isSealed = true): Damage['change'] {
  return (image) => {
    const block = image.subarray(superblockAt, superblockAt + 4096);
    change(block);
    if (isSealed) sealBtrfs(block);
  };
}

/** A change to newest leaves: those of the last transaction that hold an item of a type which fits. */
function inLeaf(
  type: number,
  change: (leaf: Leaf) => void,
  fits: (leaf: Leaf) => boolean = () => true,
  isSealed = true,
): Damage['change'] {
  return (image) => {
    const id = image.subarray(superblockAt + 32, superblockAt + 48);
    for (let start = 1024 * 1024; start < image.length; start += 4096) {
      const block = image.subarray(start, start + 4096);
      if (!id.equals(block.subarray(32, 48)) || block[100] !== 0) continue;
      for (let item = 0; item < block.readUInt32LE(96); item += 1) {
        const key = headerBytes + item * itemBytes;
        const leaf = { block, item: key, at: headerBytes + block.readUInt32LE(key + 17), length: block.readUInt32LE(key + 21) };
        if (block[key + 8] !== type || !fits(leaf)) continue;
        change(leaf);
        if (isSealed) sealBtrfs(block);
        break;
      }
    }
  };
}

const isPacked = ({ block, at }: Leaf): boolean => block[at + 16] === 3 && block[at + 20] === 1;
const isInline = ({ block, at }: Leaf): boolean => block[at + 20] === 0;
const isFile = ({ block, at }: Leaf): boolean => block.readUInt32LE(at + 52) >>> 12 === 8;

const damages: readonly Damage[] = [
  { name: 'the superblock without its checksum', lost: 60, change: inSuperblock((block) => (block[300]! ^= 1), false) },
  { name: 'a superblock with a feature that nobody knows', lost: 60, change: inSuperblock((block) => (block[190]! |= 0x80)) },
  {
    name: 'a superblock with an impossible sector size',
    lost: 60,
    change: inSuperblock((block) => block.writeUInt32LE(100, 144)),
  },
  { name: 'a superblock whose chunks are cut off', lost: 60, change: inSuperblock((block) => block.writeUInt32LE(20, 160)) },
  {
    name: 'a superblock whose root lies in no chunk',
    lost: 60,
    change: inSuperblock((block) => block.writeBigUInt64LE(2n ** 45n, 80)),
  },
  {
    name: 'a superblock of an older transaction than its trees',
    lost: 60,
    change: inSuperblock((block) => block.writeBigUInt64LE(3n, 72)),
  },
  {
    name: 'leaves of inodes without their checksum',
    lost: 60,
    change: inLeaf(types.inode, ({ block, at }) => (block[at]! ^= 1), isFile, false),
  },
  { name: 'leaves that say another place', lost: 60, change: inLeaf(types.inode, ({ block }) => (block[50]! ^= 0x10), isFile) },
  { name: 'leaves of another file system', lost: 60, change: inLeaf(types.inode, ({ block }) => (block[33]! ^= 1), isFile) },
  {
    name: 'leaves of an older transaction',
    lost: 60,
    change: inLeaf(types.inode, ({ block }) => block.writeBigUInt64LE(1n, 80), isFile),
  },
  { name: 'leaves that say another level', lost: 60, change: inLeaf(types.inode, ({ block }) => (block[100] = 1), isFile) },
  {
    name: 'more items than a leaf holds',
    lost: 60,
    change: inLeaf(types.inode, ({ block }) => block.writeUInt32LE(1000, 96), isFile),
  },
  {
    name: 'items whose data lie outside the leaf',
    lost: 60,
    change: inLeaf(types.inode, ({ block, item }) => block.writeUInt32LE(4000, item + 17), isFile),
  },
  {
    name: 'items whose data lie over the items',
    lost: 60,
    change: inLeaf(types.inode, ({ block, item }) => block.writeUInt32LE(0, item + 17), isFile),
  },
  {
    name: 'keys that are out of order',
    lost: 60,
    change: inLeaf(types.inode, ({ block, item }) => block.writeUInt32LE(0xffffffff, item), isFile),
  },
  {
    name: 'inodes that are too short',
    lost: 1,
    change: inLeaf(types.inode, ({ block, item }) => block.writeUInt32LE(100, item + 21), isFile),
  },
  {
    name: 'sizes of more than 2^53 bytes',
    lost: 1,
    change: inLeaf(types.inode, ({ block, at }) => block.writeBigUInt64LE(2n ** 60n, at + 16), isFile),
  },
  {
    name: 'entries of folders whose name is longer than they are',
    lost: 1,
    change: inLeaf(types.folderIndex, ({ block, at }) => block.writeUInt16LE(5000, at + 27)),
  },
  {
    name: 'entries of folders that lead to nothing that is known',
    lost: 1,
    change: inLeaf(types.folderIndex, ({ block, at }) => (block[at + 8] = 77)),
  },
  {
    name: 'entries of folders whose inode is not there',
    lost: 1,
    change: inLeaf(types.folderIndex, ({ block, at }) => block.writeUInt32LE(99_999, at)),
  },
  {
    name: 'extents that lie in no chunk',
    lost: 1,
    change: inLeaf(types.extentData, ({ block, at }) => block.writeBigUInt64LE(2n ** 45n, at + 21), isPacked),
  },
  {
    name: 'extents that give more than any may',
    lost: 1,
    change: inLeaf(types.extentData, ({ block, at }) => block.writeUInt32LE(2 ** 20, at + 8), isPacked),
  },
  {
    name: 'extents that begin behind their end',
    lost: 1,
    change: inLeaf(types.extentData, ({ block, at }) => block.writeUInt32LE(2 ** 20, at + 37), isPacked),
  },
  {
    name: 'extents that are packed as nobody knows',
    lost: 1,
    change: inLeaf(types.extentData, ({ block, at }) => (block[at + 16] = 9), isPacked),
  },
  {
    name: 'extents that are packed otherwise than they say',
    lost: 1,
    change: inLeaf(types.extentData, ({ block, at }) => (block[at + 16] = 1), isPacked),
  },
  {
    name: 'extents that are encrypted',
    lost: 1,
    change: inLeaf(types.extentData, ({ block, at }) => (block[at + 17] = 1), isPacked),
  },
  { name: 'extents of no kind', lost: 1, change: inLeaf(types.extentData, ({ block, at }) => (block[at + 20] = 7), isPacked) },
  {
    name: 'extents that are too short',
    lost: 1,
    change: inLeaf(types.extentData, ({ block, item }) => block.writeUInt32LE(30, item + 21), isPacked),
  },
  {
    name: 'bytes in the tree that cannot be unpacked',
    lost: 1,
    change: inLeaf(
      types.extentData,
      ({ block, at, length }) => void block.fill(0xff, at + 21, at + length),
      (leaf) => isInline(leaf) && leaf.block[leaf.at + 16]! > 0,
    ),
  },
  {
    name: 'checksums of data that are others',
    lost: 1,
    change: inLeaf(types.checksum, ({ block, at, length }) => void block.fill(0x5a, at, at + length)),
  },
  {
    name: 'a tree of subvolumes that begins elsewhere',
    lost: 60,
    change: inLeaf(
      types.root,
      ({ block, at }) => (block[at + 178]! ^= 1),
      ({ block, item }) => block.readUInt32LE(item) === 5,
    ),
  },
  {
    name: 'a tree of subvolumes that is deeper than any',
    lost: 60,
    change: inLeaf(
      types.root,
      ({ block, at }) => (block[at + 238] = 200),
      ({ block, item }) => block.readUInt32LE(item) === 5,
    ),
  },
  {
    name: 'chunks that lie outside the volume',
    lost: 60,
    change: inLeaf(
      types.chunk,
      ({ block, at }) => block.writeBigUInt64LE(2n ** 45n, at + 56),
      ({ block, at }) => (block[at + 24]! & 1) !== 0,
    ),
  },
  { name: 'chunks without stripes', lost: 60, change: inLeaf(types.chunk, ({ block, at }) => block.writeUInt16LE(0, at + 44)) },
  {
    name: 'chunks whose stripes have no length',
    lost: 60,
    change: inLeaf(types.chunk, ({ block, at }) => (block.writeBigUInt64LE(0n, at + 16), block.writeBigUInt64LE(13n, at + 24))),
  },
];

describe('damage of Btrfs gives equal bytes or a coded reason', () => testDamages('btrfs', damages));
