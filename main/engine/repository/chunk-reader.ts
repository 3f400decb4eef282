import { giveBack } from '#engine/bytes';
import { hasCode, HostkeepError } from '#contract';
import type { Storage } from '#engine/storage';
import type { ChunkKind, ChunkNamer } from './chunk-id.ts';
import type { ChunkLocation } from './index/layout.ts';
import { findAgain } from './index/find-again.ts';
import type { Locator } from './index/locator.ts';
import { expandGroup } from './pack/group-codec.ts';
import { packName } from './pack/layout.ts';
import { fileKeys } from './file-keys.ts';
import { unseal, type FileKey } from './seal.ts';

/** Reads chunks back, each proved to be what its id names. Keeps decoded groups, since neighbours are read together. */
export interface ChunkReader {
  /**
   * A view of cached memory: not to be written to.
   * @throws HostkeepError repository/chunk-missing, repository/chunk-damaged, storage/*
   */
  read(kind: ChunkKind, id: Buffer): Promise<Buffer>;
}

interface Options {
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
  readonly locator: Locator;
  readonly namer: ChunkNamer;
  /** Decoded bytes to keep. */
  readonly cacheBytes: number;
}

export function chunkReader(options: Options): ChunkReader {
  const groups = groupCache(options);
  return {
    read: (kind, id) => findAgain(options.locator, () => readChunk(kind, id)),
  };

  async function readChunk(kind: ChunkKind, id: Buffer): Promise<Buffer> {
    const location = await options.locator.locate(id);
    if (location === undefined) throw new HostkeepError('repository/chunk-missing', { chunk: id.toString('hex') });
    const group = await groups(location);
    const chunk = group.subarray(location.offset, location.offset + location.length);
    const proved = location.kind === kind && chunk.length === location.length && options.namer(kind, chunk).equals(id);
    if (!proved)
      throw new HostkeepError('repository/chunk-damaged', {
        chunk: id.toString('hex'),
        pack: location.packId,
        group: location.groupOrdinal,
      });
    return chunk;
  }
}

function groupCache(options: Options): (location: ChunkLocation) => Promise<Buffer> {
  const cache = new Map<string, Promise<Buffer>>();
  const keys = fileKeys(options.masterKey, 'pack');
  const sizes = new Map<string, number>();
  let held = 0;

  const drop = (name: string): void => {
    cache.delete(name);
    held -= sizes.get(name) ?? 0;
    sizes.delete(name);
  };
  const load = async (name: string, location: ChunkLocation): Promise<Buffer> => {
    const plain = await readGroup(options.storage, keys(location.packId), location);
    held += plain.length;
    sizes.set(name, plain.length);
    for (const oldest of cache.keys()) {
      if (held <= options.cacheBytes || oldest === name) break;
      drop(oldest);
    }
    return plain;
  };

  return (location) => {
    const name = `${location.packId}/${location.groupOrdinal}`;
    const kept = cache.get(name);
    if (kept !== undefined) {
      cache.delete(name);
      cache.set(name, kept);
      return kept;
    }
    const loading = load(name, location);
    cache.set(name, loading);
    loading.catch(() => drop(name));
    return loading;
  };
}

export type GroupPlace = Pick<ChunkLocation, 'packId' | 'kind' | 'compression' | 'groupOrdinal' | 'groupOffset' | 'sealedLength'>;

/** One group, opened and expanded. @throws HostkeepError repository/chunk-damaged, storage/* */
async function readGroup(storage: Storage, key: FileKey, place: GroupPlace): Promise<Buffer> {
  const sealed = await storage.read(packName(place.packId), place.groupOffset, place.sealedLength);
  const plain = openGroup(key, place, sealed);
  giveBack(sealed);
  return plain;
}

/** Leaves `sealed` as it is. @throws HostkeepError repository/chunk-damaged */
export function openGroup(key: FileKey, place: GroupPlace, sealed: Buffer): Buffer {
  try {
    return expandGroup(place.compression, unseal(key, { kind: place.kind, ordinal: place.groupOrdinal }, sealed));
  } catch (cause) {
    if (!hasCode(cause, 'repository/seal-broken', 'repository/pack-damaged')) throw cause;
    throw new HostkeepError('repository/chunk-damaged', { pack: place.packId, group: place.groupOrdinal }, cause);
  }
}
