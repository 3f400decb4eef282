/**
 * The repository: chunks named by keyed hashes, sealed in packs, found through an index, and restore points that say
 * which chunks a disk consists of. The format is docs/repository-format.md, whose words are used here.
 * It promises that a restore point, once published, can be read until it is forgotten. It does not decide what to keep.
 */
export {
  catalogFile,
  catalogWriter,
  isCatalogLost,
  listCatalogs,
  openCatalog,
  type CatalogName,
  type CatalogReader,
  type CatalogWriter,
  type PackedPart,
} from './catalogs/index.ts';
export { blockBytes, chunker, type Chunker } from './chunker.ts';
export { chunkIdBytes, chunkNamer, idKey, type ChunkKind, type ChunkNamer } from './chunk-id.ts';
export { chunkReader, openGroup, type ChunkReader } from './chunk-reader.ts';
export { sealTag } from './seal.ts';
export { readRepositoryId } from './config.ts';
export { fileKeys, type FileKeys } from './file-keys.ts';
export { changePassphrase, listKeys, parseRemembered, removeKey, type RepositoryKey } from './keys/index.ts';
export { blockMemories, fingerprintBytes, type BlockMemories, type BlockMemory } from './fingerprints/block-memory.ts';
export { fingerprintReader, type FingerprintReader, type KnownFingerprints } from './fingerprints/fingerprint-reader.ts';
export { type ChunkLocation } from './index/layout.ts';
export { packName } from './pack/layout.ts';
export { listDamage, noteDamage } from './damage/damage-marks.ts';
export { brokenMap, type BrokenMap } from './damage/broken-map.ts';
export { isDamage, newDamage, type Damage, type DamagedPack } from './damage/damage.ts';
export { checkRepository, type CheckOptions, type CheckProblem, type CheckReport } from './check/check.ts';
export { compactRepository, type CompactOptions, type CompactReport } from './compact/compact.ts';
export { adoptOrphans, surveyPacks } from './index/adopt.ts';
export { chunkTable, chunkTableMemory, type ChunkTable } from './index/chunk-table.ts';
export { latestEvidence, listedEvidence, listEvidence, publishEvidence, type ListedEvidence } from './evidence.ts';
export { findAgain } from './index/find-again.ts';
export { loadIndex } from './index/load-index.ts';
export { locator, type Locator } from './index/locator.ts';
export { mergeSegments } from './index/merge.ts';
export { readSegmentSummary, type SegmentSummary } from './index/segment.ts';
export { contentOfPacks, writeSegment } from './index/segment-writer.ts';
export {
  acquireLock,
  acquireLockToFree,
  acquireReadingLock,
  isProcessAlive,
  listLocks,
  lockWatchedSays,
  mayBeSame,
  processOf,
  removeLocks,
  tellLocks,
  thisProcess,
  type HeldLock,
  type LockInfo,
  type LockKind,
  type ProcessIdentity,
  type RepositoryLock,
  type ToldLocks,
} from './locks/index.ts';
export { pushEntry, sliceEntries } from './map/entries.ts';
export {
  blocksOfLeaf,
  leafBlocks,
  leafBytes,
  leafCountOf,
  leafIdAt,
  leavesPerClaim,
  leavesWithContent,
  unallocatedId,
  writeLeaf,
  zeroId,
  type MapEntry,
} from './map/layout.ts';
export { mapDifference } from './map/map-difference.ts';
export { readLeaf, readLeafIds, walkMap } from './map/map-reader.ts';
export { writeTree } from './map/map-writer.ts';
export {
  droppedIds,
  dropPoint,
  expiredIds,
  listDrops,
  listPins,
  pinPoint,
  removeDrop,
  removeExpired,
  undeletePoint,
  unpinPoint,
  type DroppedPoint,
  type PinnedPoint,
} from './marks.ts';
export { packWriter, type FinishedPack, type PackWriter } from './pack/pack-writer.ts';
export {
  diskOf,
  findPoint,
  findPointId,
  forgetPoint,
  listEveryPoint,
  listPoints,
  newPointId,
  publishPoint,
  republishPoint,
  readPoint,
  type DamagedPoint,
} from './points.ts';
export { addRecoveryKey, initRepository, isRepository, openRepository, type Repository } from './repository.ts';
export { keepReserve } from './reserve.ts';
export { repositoryStats, usedSpace, type PackSizes, type RepositoryStats } from './stats.ts';
