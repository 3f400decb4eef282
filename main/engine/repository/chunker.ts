import { deriveKey } from './seal.ts';

/** Guests place data on 4 KiB boundaries, so chunks begin and end there too. */
export const blockBytes = 4096;

const minimumBlocks = 2;
const averageBlocks = 8;
const maximumBlocks = 32;
/** Cutting is rarer before the average than after it, which narrows the spread of sizes. */
const maskBefore = 0xf;
const maskAfter = 0x3;
const sampledWords = 64;
const wordsPerBlock = blockBytes / 4;
const stride = wordsPerBlock / sampledWords;
/** A block that ends in so many zero words is the end of a file, most often. */
const tailWords = 4;
/** Where more such blocks than this follow each other they are something else, such as pages of a database. */
const tailRunLimit = 16;

/** Decides where chunks end, by content alone, seeded by the repository's key so that sizes betray no known file. */
export type Chunker = (words: Uint32Array, fromBlock: number, toBlock: number) => number;

/**
 * A chunker for a repository. The function it returns gives the block after the chunk that starts at `fromBlock`;
 * `words` holds the bytes of all blocks, block 0 first; the result never passes `toBlock`.
 *
 * A chunk ends where a file does, as far as that shows, so that the next file starts a chunk wherever it is placed; elsewhere
 * the content's mix decides.
 */
export function chunker(masterKey: Uint8Array): Chunker {
  const seed = deriveKey(masterKey, 'chunk-boundaries').readUInt32LE(0);
  return (words, fromBlock, toBlock) => {
    const limit = Math.min(toBlock, fromBlock + maximumBlocks);
    for (let block = fromBlock + 1; block < limit; block += 1) {
      if (endsFile(words, block - 1)) return block;
      if (block < fromBlock + minimumBlocks) continue;
      const mask = block - fromBlock < averageBlocks ? maskBefore : maskAfter;
      if ((mixOf(words, block - 1, seed) & mask) === 0) return block;
    }
    return limit;
  };
}

/** Whether the block ends in zeros, and does not stand in a long run of blocks that do; what is all zero ends a run. */
function endsFile(words: Uint32Array, block: number): boolean {
  if (!hasZeroTail(words, block)) return false;
  const first = Math.max(0, block - tailRunLimit);
  for (let before = block - 1; before >= first; before -= 1)
    if (!hasZeroTail(words, before) || hasZeros(words, before * wordsPerBlock)) return true;
  return block < tailRunLimit;
}

function hasZeroTail(words: Uint32Array, block: number): boolean {
  return hasZeros(words, (block + 1) * wordsPerBlock - tailWords);
}

function hasZeros(words: Uint32Array, from: number): boolean {
  for (let at = from; at < from + tailWords; at += 1) if (words[at] !== 0) return false;
  return true;
}

/** A cheap mix of words spread over the block; quality matters little, speed much. */
function mixOf(words: Uint32Array, block: number, seed: number): number {
  let mixed = seed;
  const end = (block + 1) * wordsPerBlock;
  for (let at = block * wordsPerBlock; at < end; at += stride) {
    mixed = Math.imul(mixed ^ words[at]!, 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed ^ (mixed >>> 8);
}
