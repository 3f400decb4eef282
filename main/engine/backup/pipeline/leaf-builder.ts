import { blockBytes, pushEntry, sliceEntries, type Chunker, type ChunkNamer, type MapEntry } from '#engine/repository/chunks';

/** What is known of each block of a leaf before its bytes are looked at. */
export const blockState = { zero: 0, unallocated: 1, read: 2, kept: 3 } as const;

/** One leaf's stretch of a disk, read where it had to be. */
export interface LeafInput {
  readonly blocks: number;
  readonly states: Uint8Array;
  /** The bytes of all blocks, block 0 first; only blocks in state `read` mean anything. */
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** The leaf of the restore point before, where there is one. */
  readonly parent: readonly MapEntry[] | undefined;
}

/** What a builder needs of the repository. */
export interface LeafTools {
  readonly chunker: Chunker;
  readonly namer: ChunkNamer;
  /** Whether the chunk is stored already, by this run or before. */
  known(id: Buffer): boolean | Promise<boolean>;
  store(id: Buffer, bytes: Buffer): Promise<void>;
}

/** Turns a leaf's bytes into map entries, storing the chunks that are new. */
export async function buildLeaf(input: LeafInput, tools: LeafTools): Promise<readonly MapEntry[]> {
  const entries: MapEntry[] = [];
  let block = 0;
  while (block < input.blocks) {
    const state = stateAt(input, block);
    let end = block + 1;
    while (end < input.blocks && stateAt(input, end) === state) end += 1;
    if (state === blockState.read) await buildRun(input, tools, { from: block, to: end, entries });
    else if (state === blockState.kept) for (const entry of sliceEntries(input.parent!, block, end)) pushEntry(entries, entry);
    else pushEntry(entries, { kind: state === blockState.zero ? 'zero' : 'unallocated', blocks: end - block });
    block = end;
  }
  return entries;
}

const zeroBlock = Buffer.alloc(blockBytes);
const wordsPerBlock = blockBytes / 4;

/** The block's state, with what was read as nothing but zeros told apart. */
function stateAt(input: LeafInput, block: number): number {
  const state = input.states[block]!;
  if (state !== blockState.read || input.words[block * wordsPerBlock] !== 0) return state;
  const at = block * blockBytes;
  return input.bytes.compare(zeroBlock, 0, blockBytes, at, at + blockBytes) === 0 ? blockState.zero : state;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly entries: MapEntry[];
}

/** Cuts a run of read blocks into chunks, and stores those that nobody has. */
async function buildRun(input: LeafInput, tools: LeafTools, run: Run): Promise<void> {
  for (let from = run.from; from < run.to;) {
    const to = tools.chunker(input.words, from, run.to);
    const bytes = input.bytes.subarray(from * blockBytes, to * blockBytes);
    const id = tools.namer('data', bytes);
    if (!(await tools.known(id))) await tools.store(id, bytes);
    pushEntry(run.entries, { kind: 'chunk', blocks: to - from, id, skip: 0 });
    from = to;
  }
}
