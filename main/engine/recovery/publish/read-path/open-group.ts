import {
  chunkNamer,
  fileKeys,
  idKey,
  openGroup,
  packName,
  sealTag,
  type ChunkLocation,
  type ChunkNamer,
} from '#engine/repository';
import { giveBack } from '#engine/bytes';
import type { Storage } from '#engine/storage';
import type { WantedChunk } from './leaf-table.ts';

/** A group to be read and opened. */
export interface GroupJob {
  readonly place: ChunkLocation;
  /** Chunks to prove. */
  readonly chunks: readonly WantedChunk[];
}

export interface OpenedGroup {
  readonly bytes: Uint8Array;
  /** Of its sealed bytes. */
  readonly tag: string;
  /** Which of the job's chunks, by index, are not what their ids name. */
  readonly unproved: readonly number[];
}

/**
 * Reads groups that lie one behind the other in a pack, and opens them: in a thread, or where the storage cannot be opened by another one.
 * Fails as a whole where one of them does.
 */
export type GroupReader = (jobs: readonly GroupJob[]) => Promise<readonly OpenedGroup[]>;

interface Opening {
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
}

/** The reader throws HostkeepError repository/chunk-damaged, storage/* */
export function groupReader({ storage, masterKey }: Opening): GroupReader {
  const keys = fileKeys(masterKey, 'pack');
  const namer = chunkNamer(masterKey);
  const open = ({ place, chunks }: GroupJob, sealed: Buffer): OpenedGroup => {
    const tag = sealTag(sealed);
    const bytes = openGroup(keys(place.packId), place, sealed);
    const unproved = chunks.flatMap((chunk, index) => (isProved(namer, bytes, chunk) ? [] : [index]));
    return { bytes, tag, unproved };
  };
  return async (jobs) => {
    const [first, last] = [jobs[0]!.place, jobs.at(-1)!.place];
    const sealed = await storage.read(packName(first.packId), first.groupOffset, endOf(last) - first.groupOffset);
    const opened = jobs.map((job) => {
      const at = job.place.groupOffset - first.groupOffset;
      return open(job, sealed.subarray(at, at + job.place.sealedLength));
    });
    giveBack(sealed);
    return opened;
  };
}

/** Whether the one lies right behind the other, so that both can be read at once. */
export function follows(before: ChunkLocation, after: ChunkLocation): boolean {
  return after.packId === before.packId && after.groupOffset === endOf(before);
}

function endOf({ groupOffset, sealedLength }: ChunkLocation): number {
  return groupOffset + sealedLength;
}

export function isProved(namer: ChunkNamer, group: Buffer, { key, offset, length }: WantedChunk): boolean {
  const chunk = group.subarray(offset, offset + length);
  return chunk.length === length && idKey(namer('data', chunk)) === key;
}
