import { hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { blockBytes } from '../chunker.ts';
import { fileKeys } from '../file-keys.ts';
import type { Locator } from '../index/locator.ts';
import type { MapEntry } from '../map/layout.ts';
import { fingerprintSlotBytes, packName, slotsPerPiece } from '../pack/layout.ts';
import { findFingerprints } from '../pack/pack-reader.ts';
import { sealedBytes, unseal } from '../seal.ts';
import { fingerprintBytes } from './block-memory.ts';

/** What is known of the blocks of a leaf without reading them. */
export interface KnownFingerprints {
  readonly bytes: Buffer;
  /** 1 for each block whose fingerprint stands in `bytes`. */
  readonly known: Uint8Array;
}

/** Reads the fingerprints that packs keep of their blocks. What is damaged or gone is not known, and the block then counts as changed. */
export interface FingerprintReader {
  /** The fingerprints of the blocks of a leaf, where they are chunks and `wanted` says so. @throws HostkeepError storage/* */
  ofLeaf(
    entries: readonly MapEntry[],
    blocks: number,
    wanted: (fromBlock: number, toBlock: number) => boolean,
  ): Promise<KnownFingerprints>;
}

interface Options {
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
  readonly locator: Locator;
}

export function fingerprintReader(options: Options): FingerprintReader {
  const { locator } = options;
  const pieces = pieceCache(options);
  return {
    async ofLeaf(entries, blocks, wanted) {
      const found = { bytes: Buffer.alloc(blocks * fingerprintBytes), known: new Uint8Array(blocks) };
      let block = 0;
      // Neighbours lie in the same piece most often.
      let last: { readonly packId: string; readonly number: number; readonly piece: Buffer | undefined } | undefined;
      for (const entry of entries) {
        const from = block;
        block += entry.blocks;
        if (entry.kind !== 'chunk' || !wanted(from, block)) continue;
        const place = locator.remembered(entry.id) ?? (await locator.locate(entry.id));
        if (place === undefined || place.kind !== 'data') continue;
        const { packId } = place;
        const number = Math.floor(place.groupOrdinal / slotsPerPiece);
        if (last?.packId !== packId || last.number !== number) last = { packId, number, piece: await pieces(packId, number) };
        const { piece } = last;
        const slot = (place.groupOrdinal % slotsPerPiece) * fingerprintSlotBytes;
        const at = slot + (place.offset / blockBytes + entry.skip) * fingerprintBytes;
        const end = at + entry.blocks * fingerprintBytes;
        if (piece === undefined || end > Math.min(slot + fingerprintSlotBytes, piece.length)) continue;
        piece.copy(found.bytes, from * fingerprintBytes, at, end);
        found.known.fill(1, from, block);
      }
      return found;
    },
  };
}

/** Opened pieces and places of fingerprints that are kept. */
const keptPieces = 128;
const keptPlaces = 4096;

/** Pieces of fingerprints; undefined for one that cannot be read, which `repo check` tells about. */
function pieceCache(options: Options): (packId: string, piece: number) => Promise<Buffer | undefined> {
  const { storage } = options;
  const keys = fileKeys(options.masterKey, 'pack');
  const places = new Map<string, ReturnType<typeof findFingerprints>>();
  const kept = new Map<string, Promise<Buffer | undefined>>();

  const placeOf = (packId: string): ReturnType<typeof findFingerprints> => {
    const known = places.get(packId);
    if (known !== undefined) return known;
    if (places.size >= keptPlaces) places.clear();
    const found = findFingerprints(storage, packId);
    places.set(packId, found);
    return found;
  };
  const load = async (packId: string, piece: number): Promise<Buffer | undefined> => {
    try {
      const { offset, groups } = await placeOf(packId);
      const slots = Math.min(slotsPerPiece, groups - piece * slotsPerPiece);
      if (slots <= 0) return undefined;
      const at = offset + piece * sealedBytes(slotsPerPiece * fingerprintSlotBytes);
      const sealed = await storage.read(packName(packId), at, sealedBytes(slots * fingerprintSlotBytes));
      return unseal(keys(packId), { kind: 'fingerprints', ordinal: piece }, sealed);
    } catch (error) {
      if (hasCode(error, 'repository/seal-broken', 'repository/pack-damaged', 'storage/short-read', 'storage/not-found'))
        return undefined;
      throw error;
    }
  };
  return (packId, piece) => {
    const name = `${packId}/${piece}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    if (kept.size >= keptPieces) kept.delete(kept.keys().next().value!);
    const loading = load(packId, piece);
    kept.set(name, loading);
    loading.catch(() => kept.delete(name));
    return loading;
  };
}
