/**
 * The repository as the threads of a backup and a restore need it: chunks, packs, places, leaves of maps. A door of its own, so that a
 * thread is up in half the time: behind it there is nothing of points, keys, locks, checks and compacting.
 */
export { blockBytes, chunker, type Chunker } from '../chunker.ts';
export { chunkIdBytes, chunkKeyer, chunkNamer, idKey, type ChunkKeyer, type ChunkNamer } from '../chunk-id.ts';
export { chunkReader, openGroup, type ChunkReader } from '../chunk-reader.ts';
export type { DamagedPack } from '../damage/damage.ts';
export { fileKeys, type FileKeys } from '../file-keys.ts';
export { blockMemories, fingerprintBytes, type BlockMemories, type BlockMemory } from '../fingerprints/block-memory.ts';
export { fingerprintReader, type FingerprintReader, type KnownFingerprints } from '../fingerprints/fingerprint-reader.ts';
export { chunkTable } from '../index/chunk-table.ts';
export { findAgain } from '../index/find-again.ts';
export { type ChunkLocation } from '../index/layout.ts';
export { locator, type Locator } from '../index/locator.ts';
export { type SegmentSummary } from '../index/segment.ts';
export { pushEntry, sliceEntries } from '../map/entries.ts';
export {
  blocksOfLeaf,
  leafBlocks,
  leafBytes,
  leavesPerClaim,
  unallocatedId,
  writeLeaf,
  zeroId,
  type MapEntry,
} from '../map/layout.ts';
export { readLeaf } from '../map/map-reader.ts';
export { packName } from '../pack/layout.ts';
export { packWriter, type FinishedPack } from '../pack/pack-writer.ts';
