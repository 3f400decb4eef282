import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';
import { bitmapFreeRanges } from '../bitmap.ts';
import type { FileDetails, FileNode, FileSystem, ScannedFile } from '../file-system.ts';
import { inodeFlags, type Inode } from './inode.ts';
import { corrupt, type Superblock } from './superblock.ts';

interface Ext4Volume {
  readonly source: BlockSource;
  readonly superblock: Superblock;
  readonly inodeOf: (number: number) => Promise<Inode>;
  readonly root: () => Promise<FileNode>;
  readonly list: (folder: FileNode) => Promise<readonly FileNode[]>;
}

type Rest = Pick<FileSystem, 'details' | 'readStream' | 'scan' | 'freeRanges' | 'state'>;

const deepest = 4096;

/** What an ext4 volume tells beyond listing and reading. */
export function ext4Rest(volume: Ext4Volume): Rest {
  const { source, superblock, inodeOf } = volume;
  const scanned = async (node: FileNode, parentId: number): Promise<ScannedFile> => ({
    ...node,
    parentId,
    metadataOffset: (await inodeOf(node.id)).volumeOffset,
  });
  async function* below(folder: FileNode, depth: number): AsyncIterable<ScannedFile> {
    if (depth > deepest) throw corrupt('folder', { depth });
    for (const node of await volume.list(folder)) {
      yield await scanned(node, folder.id);
      if (node.type === 'folder') yield* below(node, depth + 1);
    }
  }
  return {
    details: async (file) => detailsOf(await inodeOf(file.id)),
    async readStream(file, stream) {
      throw new HostkeepError('recovery/path-not-found', { path: `${file.name}:${stream}` });
    },
    async *scan() {
      yield* below(await volume.root(), 0);
    },
    freeRanges: () => freeRanges(source, superblock),
    async state() {
      const cursor = cursorOver(await readBytes(source, 1024, 1024), 'format/ext4-corrupt', 'superblock');
      const errors = (cursor.u16(58) & 2) !== 0;
      const note = errors
        ? 'The file system noted errors: check it with e2fsck.'
        : superblock.needsRecovery
          ? 'Changes wait in the journal.'
          : null;
      return {
        clean: note === null,
        freeSpace: note === null ? 'exact' : 'uncertain',
        note,
        version: String(cursor.u32(76)),
        clusterBytes: superblock.blockSize,
      };
    },
  };
}

function detailsOf(inode: Inode): FileDetails {
  return {
    times: inode.times,
    windowsAttributes: null,
    unix: inode.unix,
    links: inode.links,
    allocatedBytes: inode.sectors * 512,
    streams: [],
    security: null,
    xattrs: [],
    reparse: null,
    storage: (inode.flags & inodeFlags.inlineData) !== 0 ? 'inline' : 'plain',
    unreadable: (inode.flags & inodeFlags.encrypted) === 0 ? null : 'format/ext4-unsupported',
  };
}

/** By the block bitmap of each group (ext4 disk layout, "Block Group Descriptors"); a group without one counts as used. */
async function* freeRanges(source: BlockSource, superblock: Superblock): ReturnType<Rest['freeRanges']> {
  const { blockSize, descriptorSize, firstDataBlock, blockCount } = superblock;
  const head = cursorOver(await readBytes(source, 1024, 1024), 'format/ext4-corrupt', 'superblock');
  // Clusters of several blocks: the bitmaps count in another unit.
  if ((head.u32(100) & 0x200) !== 0) return;
  const perGroup = head.u32(32);
  for (let group = 0; group < superblock.groupCount; group += 1) {
    const at = (firstDataBlock + 1) * blockSize + group * descriptorSize;
    const cursor = cursorOver(await readBytes(source, at, descriptorSize), 'format/ext4-corrupt', 'group descriptor');
    const block = cursor.u32(0) + (descriptorSize >= 64 ? cursor.u32(32) * 2 ** 32 : 0);
    if ((cursor.u16(18) & 2) !== 0) continue;
    if (block >= blockCount) throw corrupt('group descriptor', { group, block });
    const first = firstDataBlock + group * perGroup;
    const units = Math.min(perGroup, blockCount - first, blockSize * 8);
    const read = (offset: number, target: Uint8Array): Promise<void> => source.read(block * blockSize + offset, target);
    yield* bitmapFreeRanges({ units, unitBytes: blockSize, start: first * blockSize, read });
  }
}
