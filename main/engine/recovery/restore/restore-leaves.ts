import {
  blocksOfLeaf,
  chunkIdBytes,
  chunkNamer,
  chunkReader,
  fileKeys,
  findAgain,
  leafBytes,
  locator,
  type SegmentSummary,
} from '#engine/repository';
import type { Storage } from '#engine/storage';
import { alignedBuffer } from '#engine/bytes';
import { sharedState } from '#engine/threads';
import { openOutput, type OutputFile } from './output-file.ts';
import { outputPieces, type OutputLayout } from './output-layout.ts';
import { dataStretches, fetchLeaf, openLeaf, type SealedLeaf } from './sealed-leaf.ts';

/** What a restore worker is told, as plain data. */
export interface RestoreInput {
  readonly masterKey: Uint8Array;
  readonly segments: readonly SegmentSummary[];
  readonly sizeBytes: number;
  /** Ids of all leaves, 16 bytes each. */
  readonly leafIds: Uint8Array;
  readonly outputPath: string;
  readonly layout: OutputLayout;
  readonly stateMemory: SharedArrayBuffer;
}

const leafCacheBytes = 8 * 1024 * 1024;

/** Restores leaves claimed from the shared counter: the next one is fetched while this one is opened and written. */
export async function restoreLeaves(input: RestoreInput, storage: Storage): Promise<void> {
  const output = await openOutput(input.outputPath);
  try {
    await restoreInto(output, input, storage);
  } finally {
    await output.close();
  }
}

async function restoreInto(output: OutputFile, input: RestoreInput, storage: Storage): Promise<void> {
  const { masterKey } = input;
  const state = sharedState(input.stateMemory);
  const places = locator({ storage, masterKey, segments: input.segments, searchPacks: true });
  const namer = chunkNamer(masterKey);
  const chunks = chunkReader({ storage, masterKey, locator: places, namer, cacheBytes: leafCacheBytes });
  const opening = { keys: fileKeys(masterKey, 'pack'), namer };
  const buffers = [alignedBuffer(leafBytes), alignedBuffer(leafBytes)];
  let turn = 0;
  let writing: Promise<void> = Promise.resolve();

  const fetchNext = (): { readonly leaf: number; readonly fetched: Promise<SealedLeaf> } | undefined => {
    const leaf = state.claim(input.leafIds.length / chunkIdBytes);
    if (leaf === undefined) return undefined;
    const id = Buffer.from(input.leafIds.subarray(leaf * chunkIdBytes, (leaf + 1) * chunkIdBytes));
    const blocks = blocksOfLeaf(input.sizeBytes, leaf);
    const fetched = findAgain(places, () => fetchLeaf({ storage, locator: places, chunks }, id, blocks));
    fetched.catch(() => undefined); // awaited below, after the leaf before it
    return { leaf, fetched };
  };

  for (let next = fetchNext(); next !== undefined;) {
    const { leaf } = next;
    const sealed = await next.fetched;
    next = fetchNext();
    turn = 1 - turn;
    const target = buffers[turn]!;
    openLeaf(sealed, opening, target);
    await writing;
    writing = writeLeafData(output, input, { leaf, sealed, target });
    writing.catch(() => undefined); // awaited with the next leaf, or at the end
    state.count('done', 0, Math.min(leafBytes, input.sizeBytes - leaf * leafBytes));
  }
  await writing;
}

async function writeLeafData(
  output: OutputFile,
  input: RestoreInput,
  data: { readonly leaf: number; readonly sealed: SealedLeaf; readonly target: Buffer },
): Promise<void> {
  const start = data.leaf * leafBytes;
  for (const stretch of dataStretches(data.sealed.entries)) {
    for (const piece of outputPieces(input.layout, start + stretch.offset, stretch.length)) {
      const from = piece.offset - start;
      await output.write(piece.position, data.target.subarray(from, from + piece.length));
    }
  }
}
