import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver, type Cursor } from '#engine/bytes';
import type { FileKind, FileTimes } from '../file-system.ts';
import { corrupt, type Superblock } from './superblock.ts';

export interface Inode {
  readonly number: number;
  readonly type: FileKind;
  readonly sizeBytes: number;
  readonly modified: number;
  readonly flags: number;
  readonly unix: { readonly mode: number; readonly uid: number; readonly gid: number };
  readonly links: number;
  readonly times: FileTimes;
  /** In units of 512 bytes. */
  readonly sectors: number;
  /** Where on the volume the inode lies. */
  readonly volumeOffset: number;
  /** The 60 bytes that hold extents, block numbers, or a short link. */
  readonly map: Cursor;
  /** Extended attributes inside the inode, for inline data. */
  readonly extra: Cursor;
}

export const inodeFlags = { extents: 0x80000, inlineData: 0x10000000, encrypted: 0x800 } as const;
const kinds: Readonly<Record<number, FileKind>> = { 0x8: 'file', 0x4: 'folder', 0xa: 'symlink' };
const windowBytes = 64 * 1024;

/** Reads inodes from the groups' tables, a window at a time. */
export function inodeReader(source: BlockSource, superblock: Superblock): (number: number) => Promise<Inode> {
  const { blockSize, inodeSize, inodesPerGroup, descriptorSize } = superblock;
  const windows = new Map<number, Promise<Buffer>>();
  const tables = new Map<number, number>();

  const tableOf = async (group: number): Promise<number> => {
    const known = tables.get(group);
    if (known !== undefined) return known;
    const at = (superblock.firstDataBlock + 1) * blockSize + group * descriptorSize;
    const cursor = cursorOver(await readBytes(source, at, descriptorSize), 'format/ext4-corrupt', 'group descriptor');
    const block = cursor.u32(8) + (descriptorSize >= 64 ? cursor.u32(40) * 2 ** 32 : 0);
    if (block >= superblock.blockCount) throw corrupt('group descriptor', { group, block });
    tables.set(group, block);
    return block;
  };
  const windowAt = (offset: number): Promise<Buffer> => {
    const known = windows.get(offset);
    if (known !== undefined) return known;
    if (windows.size >= 64) windows.delete(windows.keys().next().value!);
    const loading = readBytes(source, offset, Math.min(windowBytes, source.sizeBytes - offset));
    windows.set(offset, loading);
    loading.catch(() => windows.delete(offset));
    return loading;
  };
  return async (number) => {
    if (number < 1 || number > superblock.inodeCount) throw corrupt('inode', { inode: number });
    const group = Math.floor((number - 1) / inodesPerGroup);
    const at = (await tableOf(group)) * blockSize + ((number - 1) % inodesPerGroup) * inodeSize;
    const start = Math.floor(at / windowBytes) * windowBytes;
    const window = await windowAt(start);
    return parseInode(cursorOver(window, 'format/ext4-corrupt', 'inode').sub(at - start, inodeSize), number, at);
  };
}

function parseInode(cursor: Cursor, number: number, volumeOffset: number): Inode {
  const mode = cursor.u16(0);
  const extraSize = cursor.length > 128 ? cursor.u16(128) : 0;
  const extraAt = Math.min(cursor.length, 128 + extraSize);
  return {
    number,
    type: kinds[mode >>> 12] ?? 'other',
    sizeBytes: cursor.u32(4) + cursor.u32(108) * 2 ** 32,
    modified: modifiedOf(cursor, extraSize),
    flags: cursor.u32(32),
    unix: { mode, uid: cursor.u16(2) + cursor.u16(120) * 65_536, gid: cursor.u16(24) + cursor.u16(122) * 65_536 },
    links: cursor.u16(26),
    times: timesOf(cursor, extraSize),
    sectors: cursor.u32(28) + cursor.u16(116) * 2 ** 32,
    volumeOffset,
    map: cursor.sub(40, 60),
    extra: cursor.sub(extraAt, cursor.length - extraAt),
  };
}

/** Seconds since 1970; the extra field adds two high bits and nanoseconds. */
function modifiedOf(cursor: Cursor, extraSize: number): number {
  const seconds = cursor.u32(16) | 0;
  if (extraSize < 12) return seconds * 1000;
  const extra = cursor.u32(136);
  return (seconds + (extra & 3) * 2 ** 32) * 1000 + Math.floor((extra >>> 2) / 1_000_000);
}

function timesOf(cursor: Cursor, extraSize: number): FileTimes {
  const time = (at: number, extraAt: number): bigint => {
    const seconds = BigInt(cursor.u32(at) | 0);
    if (extraSize < extraAt + 4 - 128) return seconds * 1_000_000_000n;
    const extra = cursor.u32(extraAt);
    return (seconds + (BigInt(extra & 3) << 32n)) * 1_000_000_000n + BigInt(extra >>> 2);
  };
  return {
    created: extraSize >= 24 ? time(144, 148) : null,
    modified: time(16, 136),
    accessed: time(8, 140),
    changed: time(12, 132),
  };
}
