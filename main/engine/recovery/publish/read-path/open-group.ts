import { chunkNamer, fileKeys, idKey, openGroup, packName, type ChunkLocation, type ChunkNamer } from '#engine/repository';
import { giveBack } from '#engine/bytes';
import type { Storage } from '#engine/storage';
import type { WantedChunk } from './leaf-table.ts';
import { slotBytes, slotOf } from './group-slots.ts';

/** A group to be read, opened and put into a slot. */
export interface GroupJob {
  readonly place: ChunkLocation;
  /** Chunks to prove. */
  readonly chunks: readonly WantedChunk[];
  readonly slot: number;
}

export interface OpenedGroup {
  readonly length: number;
  /** Of the chunks of the job, those that are what their ids name. */
  readonly proved: readonly WantedChunk[];
  /** The group itself, where it does not fit into a slot. */
  readonly large: Uint8Array | undefined;
}

/** Reads and opens groups: in a thread, or where the storage cannot be opened by another one. */
export type GroupReader = (job: GroupJob) => Promise<OpenedGroup>;

interface Opening {
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
  readonly memory: SharedArrayBuffer;
}

/** The reader throws HostkeepError repository/chunk-damaged, storage/* */
export function groupReader({ storage, masterKey, memory }: Opening): GroupReader {
  const keys = fileKeys(masterKey, 'pack');
  const namer = chunkNamer(masterKey);
  return async ({ place, chunks, slot }) => {
    const sealed = await storage.read(packName(place.packId), place.groupOffset, place.sealedLength);
    const plain = openGroup(keys(place.packId), place, sealed);
    giveBack(sealed);
    const proved = chunks.filter((chunk) => isProved(namer, plain, chunk));
    if (plain.length > slotBytes) return { length: plain.length, proved, large: plain };
    const { length } = plain;
    slotOf(memory, slot).set(plain);
    giveBack(plain);
    return { length, proved, large: undefined };
  };
}

export function isProved(namer: ChunkNamer, group: Buffer, { key, offset, length }: WantedChunk): boolean {
  const chunk = group.subarray(offset, offset + length);
  return chunk.length === length && idKey(namer('data', chunk)) === key;
}
