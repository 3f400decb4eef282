import { blockBytes, pushEntry, sliceEntries, type Chunker, type ChunkNamer, type MapEntry } from '#engine/repository';

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
  /** Old bytes of blocks of the parent leaf; undefined when they are all empty. */
  parentBytes(parent: readonly MapEntry[], fromBlock: number, toBlock: number): Promise<Buffer | undefined>;
}

/** Of a chunk whose blocks have changed up to this share, only the changed blocks are stored. */
const wholeChunkShare = 0.75;

/** Turns a leaf's bytes into map entries, storing the chunks that are new. */
export async function buildLeaf(input: LeafInput, tools: LeafTools): Promise<readonly MapEntry[]> {
  const entries: MapEntry[] = [];
  const parents = new ParentCursor(input.parent ?? []);
  let block = 0;
  while (block < input.blocks) {
    const state = stateAt(input, block);
    let end = block + 1;
    while (end < input.blocks && stateAt(input, end) === state) end += 1;
    if (state === blockState.read) await buildRun(input, tools, { from: block, to: end, entries, parents });
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
  readonly parents: ParentCursor;
}

/** Cuts a run of read blocks into chunks. */
async function buildRun(input: LeafInput, tools: LeafTools, run: Run): Promise<void> {
  for (let from = run.from; from < run.to;) {
    const to = tools.chunker(input.words, from, run.to);
    const bytes = input.bytes.subarray(from * blockBytes, to * blockBytes);
    const id = tools.namer('data', bytes);
    if (run.parents.hasChunk(from, to - from, id) || (await tools.known(id)))
      pushEntry(run.entries, { kind: 'chunk', blocks: to - from, id, skip: 0 });
    else await buildNewChunk(input, tools, { ...run, from, to, id });
    from = to;
  }
}

/** Stores a chunk that nobody has, or only those of its blocks that differ from the parent's. */
async function buildNewChunk(input: LeafInput, tools: LeafTools, chunk: Run & { readonly id: Buffer }): Promise<void> {
  const { from, to } = chunk;
  const bytes = input.bytes.subarray(from * blockBytes, to * blockBytes);
  const changed = input.parent === undefined ? undefined : changedRuns(bytes, await tools.parentBytes(input.parent, from, to));
  if (changed === undefined) {
    await tools.store(chunk.id, bytes);
    pushEntry(chunk.entries, { kind: 'chunk', blocks: to - from, id: chunk.id, skip: 0 });
    return;
  }
  let kept = 0;
  for (const run of changed) {
    for (const entry of sliceEntries(input.parent!, from + kept, from + run.from)) pushEntry(chunk.entries, entry);
    const part = bytes.subarray(run.from * blockBytes, run.to * blockBytes);
    const id = tools.namer('data', part);
    if (!(await tools.known(id))) await tools.store(id, part);
    pushEntry(chunk.entries, { kind: 'chunk', blocks: run.to - run.from, id, skip: 0 });
    kept = run.to;
  }
  for (const entry of sliceEntries(input.parent!, from + kept, to)) pushEntry(chunk.entries, entry);
}

interface BlockRun {
  readonly from: number;
  readonly to: number;
}

/** The runs of blocks that differ from the old bytes; undefined when storing the whole is as good. */
function changedRuns(bytes: Buffer, old: Buffer | undefined): readonly BlockRun[] | undefined {
  if (old === undefined) return undefined;
  const blocks = bytes.length / blockBytes;
  const runs: { from: number; to: number }[] = [];
  let changed = 0;
  for (let block = 0; block < blocks; block += 1) {
    const at = block * blockBytes;
    if (bytes.compare(old, at, at + blockBytes, at, at + blockBytes) === 0) continue;
    changed += 1;
    const last = runs.at(-1);
    if (last?.to === block) last.to = block + 1;
    else runs.push({ from: block, to: block + 1 });
  }
  return changed > blocks * wholeChunkShare ? undefined : runs;
}

/** Walks the parent's entries beside a walk over the leaf; both only go forward. */
class ParentCursor {
  private index = 0;
  private start = 0;
  private readonly entries: readonly MapEntry[];

  constructor(entries: readonly MapEntry[]) {
    this.entries = entries;
  }

  /** Whether the parent has exactly this whole chunk in this place. */
  hasChunk(block: number, blocks: number, id: Buffer): boolean {
    while (this.index < this.entries.length && this.start < block) {
      this.start += this.entries[this.index]!.blocks;
      this.index += 1;
    }
    const entry = this.entries[this.index];
    const here = entry !== undefined && this.start === block && entry.kind === 'chunk';
    return here && entry.skip === 0 && entry.blocks === blocks && entry.id.equals(id);
  }
}
