import type { ByteRange } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { corrupt, isSealed, type Superblock } from './superblock.ts';

interface Volume {
  readonly source: BlockSource;
  readonly superblock: Superblock;
}

const deepest = 8;

/** By each group's tree of free extents, sorted by place [XFS "AG Free Space B+trees"]. */
export async function* freeRanges(volume: Volume): AsyncIterable<ByteRange> {
  const { superblock, source } = volume;
  const { sectorSize, groups, groupBlocks, blockSize, isVersion5, blockCount } = superblock;
  for (let group = 0; group < groups; group += 1) {
    const start = group * groupBlocks * blockSize;
    const header = await readBytes(source, start + sectorSize, sectorSize);
    const isSound = header.toString('latin1', 0, 4) === 'XAGF' && header.readUInt32BE(8) === group;
    if (!isSound || (isVersion5 && !isSealed(header, 216))) throw corrupt('free space header', { group });
    const [root, levels] = [header.readUInt32BE(16), header.readUInt32BE(28)];
    if (levels === 0 || levels > deepest) throw corrupt('free space header', { group, levels });
    const blocks = Math.min(groupBlocks, blockCount - group * groupBlocks);
    let end = 0;
    for await (const extent of leaves(volume, { group, blocks, visited: new Set() }, { block: root, level: levels - 1 })) {
      if (extent.first < end || extent.first + extent.count > blocks) throw corrupt('free space', { group, block: extent.first });
      end = extent.first + extent.count;
      yield { offset: start + extent.first * blockSize, length: extent.count * blockSize };
    }
  }
}

interface Group {
  readonly group: number;
  readonly blocks: number;
  readonly visited: Set<number>;
}

async function* leaves(
  volume: Volume,
  of: Group,
  at: { readonly block: number; readonly level: number },
): AsyncIterable<{ readonly first: number; readonly count: number }> {
  const { blockSize, groupBlocks, isVersion5 } = volume.superblock;
  if (at.block >= of.blocks || of.visited.has(at.block)) throw corrupt('free space tree', { block: at.block });
  of.visited.add(at.block);
  const bytes = await readBytes(volume.source, (of.group * groupBlocks + at.block) * blockSize, blockSize);
  const header = isVersion5 ? 56 : 16;
  const isSound = bytes.toString('latin1', 0, 4) === (isVersion5 ? 'AB3B' : 'ABTB') && (!isVersion5 || isSealed(bytes, 52));
  const entries = bytes.readUInt16BE(6);
  const places = Math.floor((blockSize - header) / (at.level === 0 ? 8 : 12));
  if (!isSound || bytes.readUInt16BE(4) !== at.level || entries > places) throw corrupt('free space tree', { block: at.block });
  for (let entry = 0; entry < entries; entry += 1) {
    if (at.level > 0) {
      const block = bytes.readUInt32BE(header + places * 8 + entry * 4);
      yield* leaves(volume, of, { block, level: at.level - 1 });
    } else yield { first: bytes.readUInt32BE(header + entry * 8), count: bytes.readUInt32BE(header + entry * 8 + 4) };
  }
}
