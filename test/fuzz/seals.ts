import { crc32c } from '#engine/bytes';

/** exFAT: the sums of every set of entries in the block. */
export function sealExfat(block: Buffer): void {
  for (let at = 0; at + 96 <= block.length; at += 32) {
    const bytes = (block[at + 1]! + 1) * 32;
    if (block[at] !== 0x85 || at + bytes > block.length) continue;
    const set = block.subarray(at, at + bytes);
    let sum = 0;
    for (let index = 0; index < bytes; index += 1)
      if (index !== 2 && index !== 3) sum = (((sum & 1) === 1 ? 0x8000 : 0) + (sum >>> 1) + set[index]!) & 0xffff;
    set.writeUInt16LE(sum, 2);
  }
}

/** Where XFS keeps the checksum of a structure, by its mark: places are those of blocks; inodes are of 512 bytes. */
const xfsMarks: Readonly<Record<string, { readonly at: number; readonly bytes: number }>> = {
  XFSB: { at: 224, bytes: 512 },
  XAGF: { at: 216, bytes: 512 },
  AB3B: { at: 52, bytes: 4096 },
  BMA3: { at: 64, bytes: 4096 },
  XDB3: { at: 4, bytes: 4096 },
  XDD3: { at: 4, bytes: 4096 },
  XSLM: { at: 12, bytes: 4096 },
  XARM: { at: 12, bytes: 4096 },
};

/** XFS: the sums of whatever is in the block, so that a change is believed. */
export function sealXfs(block: Buffer): void {
  for (let at = 0; at < block.length; at += 512) {
    const mark = xfsMarks[block.toString('latin1', at, at + 4)];
    if (mark !== undefined) sealAt(block.subarray(at, at + mark.bytes), mark.at);
    else if (block.toString('latin1', at, at + 2) === 'IN') sealAt(block.subarray(at, at + 512), 100);
    else if (at === 0 && [0x3bee, 0x3ebe].includes(block.readUInt16BE(8))) sealAt(block, 12);
  }
}

function sealAt(bytes: Buffer, at: number): void {
  bytes.writeUInt32LE(0, at);
  bytes.writeUInt32LE(crc32c(bytes), at);
}

/** Btrfs: tree blocks of 4 KiB and the superblock; both bear their own place behind the sum. */
export function sealBtrfs(block: Buffer): void {
  if (block.length !== 4096) return;
  const isSuperblock = block.toString('latin1', 64, 72) === '_BHRfS_M';
  const isTree = block.readUInt32LE(96) < 200 && block[100]! < 8;
  if (isSuperblock || isTree) block.writeUInt32LE(crc32c(block.subarray(32)), 0);
}
