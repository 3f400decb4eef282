import {
  blocksOfLeaf,
  chunkIdBytes,
  chunkKeyer,
  chunkNamer,
  chunkReader,
  fileKeys,
  findAgain,
  leafBytes,
  leavesPerClaim,
  locator,
  type DamagedPack,
  type SegmentSummary,
} from '#engine/repository/chunks';
import type { Storage } from '#engine/storage';
import { alignedBuffer, giveBack } from '#engine/bytes';
import { allOf, claimedTasks, readAhead, sharedState } from '#engine/threads';
import { openOutput, type OutputFile } from './output-file.ts';
import { outputPieces, type OutputLayout } from './output-layout.ts';
import { groupOpener } from './group-opener.ts';
import { dataStretches, fetchLeaf, openLeaf, type SealedLeaf } from './sealed-leaf.ts';

/** What a restore worker is told, as plain data. */
export interface RestoreInput {
  readonly masterKey: Uint8Array;
  readonly segments: readonly SegmentSummary[];
  readonly damaged: readonly DamagedPack[];
  readonly sizeBytes: number;
  /** Ids of all leaves, 16 bytes each. */
  readonly leafIds: Uint8Array;
  /** Leaves that hold something, in order. */
  readonly leaves: Uint32Array;
  readonly outputPath: string;
  readonly layout: OutputLayout;
  readonly stateMemory: SharedArrayBuffer;
}

const leafCacheBytes = 4 * 1024 * 1024;
/**
 * Leaves whose groups are in memory: one is opened, the next two are fetched. To open one blocks this thread, and a fetch takes several reads,
 * one after the other: with one leaf ahead the thread had to wait for nearly every leaf.
 */
const fetchSlots = [0, 1, 2];

/** Restores leaves claimed from the shared counter: the next ones are fetched while this one is opened and written. */
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
  const places = locator({ storage, masterKey, segments: input.segments, damaged: input.damaged, forReading: true });
  const namer = chunkNamer(masterKey);
  const chunks = chunkReader({ storage, masterKey, locator: places, namer, cacheBytes: leafCacheBytes });
  const opening = { groups: groupOpener(fileKeys(masterKey, 'pack')), keyer: chunkKeyer(masterKey) };
  const buffers = [alignedBuffer(leafBytes), alignedBuffer(leafBytes)];
  const tasks = claimedTasks(state, input.leaves.length, leavesPerClaim);
  let turn = 0;
  let writing: Promise<void> = Promise.resolve();

  const fetch = async (task: number): Promise<{ readonly leaf: number; readonly sealed: SealedLeaf }> => {
    const leaf = input.leaves[task]!;
    const id = Buffer.from(input.leafIds.subarray(leaf * chunkIdBytes, (leaf + 1) * chunkIdBytes));
    const blocks = blocksOfLeaf(input.sizeBytes, leaf);
    return { leaf, sealed: await findAgain(places, () => fetchLeaf({ storage, locator: places, chunks }, id, blocks)) };
  };

  try {
    for await (const { leaf, sealed } of readAhead(tasks, fetchSlots, fetch)) {
      turn = 1 - turn;
      const target = buffers[turn]!;
      await openLeaf(sealed, opening, target);
      for (const group of sealed.groups) giveBack(group.sealed);
      await writing;
      writing = writeLeafData(output, input, { leaf, sealed, target });
      writing.catch(() => undefined); // awaited with the next leaf, or at the end
      state.count('done', 0, Math.min(leafBytes, input.sizeBytes - leaf * leafBytes));
    }
  } finally {
    await writing;
  }
}

async function writeLeafData(
  output: OutputFile,
  input: RestoreInput,
  data: { readonly leaf: number; readonly sealed: SealedLeaf; readonly target: Buffer },
): Promise<void> {
  const start = data.leaf * leafBytes;
  const writes: Promise<void>[] = [];
  for (const stretch of dataStretches(data.sealed.entries)) {
    for (const piece of outputPieces(input.layout, start + stretch.offset, stretch.length)) {
      const from = piece.offset - start;
      writes.push(output.write(piece.position, data.target.subarray(from, from + piece.length)));
    }
  }
  await allOf(writes);
}
