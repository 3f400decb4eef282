import { describe } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { findEntry } from '../../../main/engine/formats/find-entry.ts';
import { sealXfs } from '../../fuzz/seals.ts';
import { testDamages, type Damage } from '../../fixtures/damage-list.ts';

const large = 'sizes/a name of 70000 bytes';

/** A change to an inode, whose checksum is mended where the change shall be believed. */
function inInode(path: string, change: (inode: Buffer) => void, isSealed = true): Damage['change'] {
  return async (image) => {
    const system = await openFileSystem(bufferSource(image));
    const node = (await findEntry(system, path.split('/')))!;
    const at = (await system.recordOffset!(node))!;
    const inode = image.subarray(at, at + 512);
    change(inode);
    if (isSealed) sealXfs(inode);
  };
}

/** A change to the first structure that bears a mark. */
function inMarked(mark: string | number, bytes: number, change: (block: Buffer) => void, isSealed = true): Damage['change'] {
  return (image) => {
    for (let at = 0; at < image.length; at += 512) {
      const found =
        typeof mark === 'string'
          ? image.toString('latin1', at, at + 4) === mark
          : at % 4096 === 0 && image.readUInt16BE(at + 8) === mark;
      if (!found) continue;
      const block = image.subarray(at, at + bytes);
      change(block);
      if (isSealed) sealXfs(block);
      return;
    }
  };
}

const flip =
  (at: number) =>
  (block: Buffer): void =>
    void (block[at]! ^= 4);

const damages: readonly Damage[] = [
  { name: 'the superblock without its checksum', lost: 60, change: inMarked('XFSB', 512, flip(110), false) },
  {
    name: 'a superblock with an impossible block size',
    lost: 60,
    change: inMarked('XFSB', 512, (block) => block.writeUInt32BE(3000, 4)),
  },
  {
    name: 'a superblock with more blocks than the volume',
    lost: 60,
    change: inMarked('XFSB', 512, (block) => block.writeBigUInt64BE(2n ** 40n, 8)),
  },
  {
    name: 'a superblock with a feature that nobody knows',
    lost: 60,
    change: inMarked('XFSB', 512, (block) => block.writeUInt32BE(0x80000000, 216)),
  },
  { name: 'a file that lies on the realtime device', lost: 1, change: inInode(large, (inode) => inode.writeUInt16BE(1, 90)) },
  { name: 'a header of free space', lost: 0, change: inMarked('XAGF', 512, flip(20), false) },
  { name: 'a tree of free space', lost: 0, change: inMarked('AB3B', 4096, flip(60), false) },
  { name: 'an inode without its checksum', lost: 1, change: inInode(large, flip(300), false) },
  { name: 'an inode without its mark', lost: 1, change: inInode(large, (inode) => inode.write('XX', 0)) },
  { name: 'an inode of another number', lost: 1, change: inInode(large, flip(159)) },
  { name: 'an inode of an older form', lost: 1, change: inInode(large, (inode) => (inode[4] = 2)) },
  { name: 'an inode whose fork is of no known form', lost: 1, change: inInode(large, (inode) => (inode[5] = 9)) },
  { name: 'an inode whose attributes begin behind it', lost: 1, change: inInode(large, (inode) => (inode[82] = 255)) },
  { name: 'an extent outside the volume', lost: 1, change: inInode(large, (inode) => (inode[183]! |= 1)) },
  {
    name: 'an extent without length',
    lost: 1,
    change: inInode(large, (inode) => void (inode.fill(0, 190, 192), (inode[189]! &= 0xe0))),
  },
  {
    name: 'more extents than the fork holds',
    lost: 1,
    change: inInode(large, (inode) => (inode.writeUInt32BE(4000, 76), inode.writeBigUInt64BE(4000n, 24))),
  },
  { name: 'a size of more than 2^53 bytes', lost: 1, change: inInode(large, (inode) => inode.writeBigUInt64BE(2n ** 60n, 56)) },
  { name: 'an inode of a folder without its checksum', lost: 60, change: inInode('many', flip(200), false) },
  { name: 'a folder whose blocks lie outside', lost: 60, change: inInode('many', (inode) => (inode[183]! |= 1)) },
  {
    name: 'a folder in its inode with an entry beyond it',
    lost: 1,
    change: inInode('d/e/e/p', (inode) => (inode[176 + 6] = 250)),
  },
  {
    name: 'a folder in its inode with more entries than it holds',
    lost: 1,
    change: inInode('d/e/e/p', (inode) => (inode[176] = 100)),
  },
  { name: 'a block of a folder without its checksum', lost: 60, change: inMarked('XDB3', 4096, flip(100), false) },
  { name: 'a block of a folder that is another one', lost: 60, change: inMarked('XDB3', 4096, flip(47)) },
  {
    name: 'an entry of a folder that goes beyond its block',
    lost: 60,
    change: inMarked('XDB3', 4096, (block) => (block.writeUInt16BE(0xffff, 64), block.writeUInt16BE(0xfff8, 66))),
  },
  {
    name: 'an index of a folder that is longer than its block',
    lost: 60,
    change: inMarked('XDB3', 4096, (block) => block.writeUInt32BE(5000, 4088)),
  },
  { name: 'the target of a long link without its checksum', lost: 1, change: inMarked('XSLM', 4096, flip(80), false) },
  {
    name: 'the target of a long link that is longer than any',
    lost: 1,
    change: inInode('long link', (inode) => inode.writeBigUInt64BE(5000n, 56)),
  },
  {
    name: 'the target of a short link that is longer than its inode',
    lost: 1,
    change: inInode('short link', (inode) => inode.writeBigUInt64BE(900n, 56)),
  },
];

describe('damage of XFS gives equal bytes or a coded reason', () => testDamages('xfs', damages));
