import { readBytes, type BlockSource } from '#engine/blocks';
import { offsetOfBlock, type Superblock } from './superblock.ts';

/** `external` is a log on another device. */
export type LogState = 'clean' | 'pending' | 'external' | 'unreadable';

const basicBlock = 512;
const recordMagic = 0xfeedbabe;
const unmountFlag = 0x20;
/** The longest record, with its headers. */
const longestRecord = (256 + 8) * 1024;

/**
 * Whether the log ends with the record of an unmount [XFS "Journaling Log"]. Each block of 512 bytes begins with the number of
 * the round in which it was written, so that the end is where an older round begins.
 */
export async function readLogState(source: BlockSource, superblock: Superblock): Promise<LogState> {
  const { logStart, logBlocks, blockSize } = superblock;
  if (logStart === 0) return 'external';
  if (logBlocks === 0) return 'unreadable';
  const start = offsetOfBlock(superblock, logStart, logBlocks);
  const blocks = (logBlocks * blockSize) / basicBlock;
  const read = (block: number, count = 1): Promise<Buffer> => readBytes(source, start + block * basicBlock, count * basicBlock);
  const head = await findHead(read, blocks);
  return endsWithUnmount(read, blocks, head);
}

type ReadLog = (block: number, count?: number) => Promise<Buffer>;

function cycleOf(block: Buffer): number {
  const first = block.readUInt32BE(0);
  return first === recordMagic ? block.readUInt32BE(4) : first;
}

/** The first block of the round before; 0 when all are of one round. */
async function findHead(read: ReadLog, blocks: number): Promise<number> {
  const last = cycleOf(await read(blocks - 1));
  let [low, high] = [0, blocks - 1];
  if (cycleOf(await read(0)) === last) return 0;
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (cycleOf(await read(middle)) === last) high = middle;
    else low = middle;
  }
  return high;
}

async function endsWithUnmount(read: ReadLog, blocks: number, head: number): Promise<LogState> {
  const end = head === 0 ? blocks : head;
  const from = Math.max(0, end - longestRecord / basicBlock);
  const tail = await read(from, end - from);
  for (let at = tail.length - basicBlock; at >= 0; at -= basicBlock) {
    if (tail.readUInt32BE(at) !== recordMagic) continue;
    const record = tail.subarray(at);
    const [version, length, operations, size] = [
      record.readUInt32BE(8),
      record.readUInt32BE(12),
      record.readUInt32BE(40),
      record.readUInt32BE(324),
    ];
    const headers = (version & 2) !== 0 && size > 32 * 1024 ? Math.ceil(size / (32 * 1024)) : 1;
    const bytes = headers * basicBlock + Math.ceil(length / basicBlock) * basicBlock;
    if (operations !== 1 || bytes !== record.length) return 'pending';
    return (record[headers * basicBlock + 9]! & unmountFlag) !== 0 ? 'clean' : 'pending';
  }
  return 'unreadable';
}
