import { hasCode, type OnProgress, type PointId } from '#contract';
import { sweepCatalogs } from '../catalogs/sweep-catalogs.ts';
import { removeOrphanEvidence } from '../evidence-files.ts';
import { clearDamage, listDamage } from '../damage/damage-marks.ts';
import { newDamage } from '../damage/damage.ts';
import { indexPacks, surveyPacks, storedPackIds } from '../index/adopt.ts';
import { packName } from '../pack/layout.ts';
import { readPackDirectory, type PackDirectory } from '../pack/pack-reader.ts';
import { listPointIds } from '../points.ts';
import type { Repository } from '../repository.ts';
import { keepReserve, spendReserve } from '../reserve.ts';
import { findLiveChunks, liveBytes, refuseUnknown, type LiveChunks } from './live-chunks.ts';
import { rewritePacks } from './rewrite-packs.ts';

export interface CompactReport {
  readonly freedBytes: number;
  readonly removedPacks: number;
  readonly rewrittenPacks: number;
  /** True when there was no room to rewrite half-empty packs; a later compact goes on. */
  readonly incomplete: boolean;
}

export interface CompactOptions {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Tells, before anything is removed, that the exclusive lock is still held. @throws HostkeepError repository/lock-lost */
  readonly confirm?: () => Promise<void>;
}

/** Packs with less than this share of needed bytes are rewritten; so are small ones, when there are several. */
const worthKeeping = 0.7;
const smallPackBytes = 16 * 1024 * 1024;
const smallPacksTolerated = 8;
/** Nobody else writes packs now; but the small files of who reads, or asks for a lock, are on their way through the temporary folder. */
const leftOverAfterMs = 10 * 60 * 1000;

interface Rewriting {
  readonly sparse: readonly PackDirectory[];
  readonly live: LiveChunks;
}

interface Plan {
  readonly dead: readonly string[];
  readonly sparse: readonly PackDirectory[];
}

/**
 * Frees the space of chunks that no restore point needs. The caller holds the exclusive lock. New packs are published
 * before anything goes, then the index of what stays; then the old index goes, then the packs. So a crash at any moment
 * leaves every restore point readable, and who reads meanwhile finds what has moved. A full disk is no dead end: removing
 * needs no space.
 */
export async function compactRepository(repository: Repository, options: CompactOptions): Promise<CompactReport> {
  await repository.storage.sweep(leftOverAfterMs);
  const present = await presentPoints(repository, options);
  await removeOrphanEvidence(repository.storage, present);
  const before = await storedBytes(repository);
  await sweepCatalogs(repository, present);
  let report = await compactOnce(repository, options);
  // Dropping dead packs may have made the room that rewriting lacked.
  if (report.incomplete && report.removedPacks > 0) {
    const again = await compactOnce(repository, options);
    report = {
      ...again,
      removedPacks: report.removedPacks + again.removedPacks,
      rewrittenPacks: report.rewrittenPacks + again.rewrittenPacks,
    };
  }
  await forgetDamage(repository);
  const freedBytes = before - (await storedBytes(repository));
  await keepReserve(repository);
  return { ...report, freedBytes };
}

/** Notes of damage in packs that are gone. */
async function forgetDamage(repository: Repository): Promise<void> {
  const there = new Set([...(await storedPackIds(repository)), ...(await surveyPacks(repository)).lost]);
  await clearDamage(repository.storage, (packId) => !there.has(packId));
}

/** The lock lies beside the points: while it is there, the storage that listed them was. */
async function presentPoints(repository: Repository, { confirm }: CompactOptions): Promise<ReadonlySet<PointId>> {
  await confirm?.();
  const ids = await listPointIds(repository);
  await confirm?.();
  return new Set(ids);
}

async function compactOnce(repository: Repository, options: CompactOptions): Promise<CompactReport> {
  const live = await findLiveChunks(repository, options.signal);
  const plan = await planCompaction(repository, live, options);
  const rewritten = await tryRewrite(repository, { sparse: plan.sparse, live }, options);
  const removed = [...plan.dead, ...(rewritten ?? [])];
  if (removed.length > 0) await removePacks(repository, { packIds: removed, live }, options);
  const counts = { freedBytes: 0, removedPacks: plan.dead.length };
  if (rewritten !== undefined) return { ...counts, rewrittenPacks: rewritten.length, incomplete: false };
  if (removed.length > 0) return { ...counts, rewrittenPacks: 0, incomplete: true };
  const squeezed = await rewriteOneByOne(repository, { sparse: plan.sparse, live }, options);
  return { ...counts, rewrittenPacks: squeezed, incomplete: squeezed < plan.sparse.length };
}

/** Where there is no room for all at once: the pack with the fewest needed bytes first, each gone before the next is copied. */
async function rewriteOneByOne(repository: Repository, work: Rewriting, options: CompactOptions): Promise<number> {
  await spendReserve(repository.storage);
  const needed = (directory: PackDirectory): number => liveBytes(work.live, directory).live;
  let done = 0;
  for (const directory of work.sparse.toSorted((a, b) => needed(a) - needed(b))) {
    const rewritten = await tryRewrite(repository, { ...work, sparse: [directory] }, options);
    if (rewritten === undefined) break;
    await removePacks(repository, { packIds: rewritten, live: work.live }, options);
    done += 1;
  }
  return done;
}

/** Reads the directory of every pack that is needed: when one cannot be read, nothing is removed. */
async function planCompaction(repository: Repository, live: LiveChunks, options: CompactOptions): Promise<Plan> {
  const packIds = await storedPackIds(repository);
  const dead = packIds.filter((packId) => !live.packIsLive(packId));
  const damage = newDamage(await listDamage(repository.storage));
  const [sparse, small]: [PackDirectory[], PackDirectory[]] = [[], []];
  for (const packId of packIds.filter((candidate) => live.packIsLive(candidate))) {
    options.signal.throwIfAborted();
    const directory = await readPackDirectory(repository.storage, repository.masterKey, packId);
    const bytes = liveBytes(live, directory);
    const damaged = directory.groups.filter(({ ordinal }) => damage.touches(packId, ordinal));
    // What is needed and damaged cannot be copied; once it has been stored anew its old place is not needed, and the pack goes.
    if (damaged.some((group) => group.chunks.some(({ offset }) => live.isLive(packId, group.ordinal, offset)))) continue;
    if (damaged.length > 0 || bytes.live < bytes.all * worthKeeping) sparse.push(directory);
    else if (directory.fileBytes < smallPackBytes) small.push(directory);
  }
  return { dead, sparse: small.length > smallPacksTolerated ? [...sparse, ...small] : sparse };
}

/** The packs that were copied elsewhere; undefined when there was no room. */
async function tryRewrite(
  repository: Repository,
  work: Rewriting,
  options: CompactOptions,
): Promise<readonly string[] | undefined> {
  try {
    await rewritePacks(repository, work, options);
    return work.sparse.map((directory) => directory.packId);
  } catch (error) {
    if (hasCode(error, 'storage/full')) return undefined;
    throw error;
  }
}

interface Removing {
  readonly packIds: readonly string[];
  readonly live: LiveChunks;
}

/** The index of what stays comes before anything goes; where there is no room for it, after. */
async function removePacks(repository: Repository, { packIds, live }: Removing, { confirm }: CompactOptions): Promise<void> {
  const { storage } = repository;
  await confirm?.();
  await refuseUnknown(repository, live.points);
  await confirm?.();
  const old = await storage.names('index');
  const going = new Set(packIds);
  const staying = (await storedPackIds(repository)).filter((packId) => !going.has(packId));
  const indexed = await tryIndex(repository, staying);
  for (const name of indexed ? old : await storage.names('index')) await storage.remove(name);
  repository.refresh();
  for (const packId of packIds) await storage.remove(packName(packId));
  if (!indexed) await indexPacks(repository, staying);
}

/** False when there was no room. */
async function tryIndex(repository: Repository, packIds: readonly string[]): Promise<boolean> {
  try {
    await indexPacks(repository, packIds);
    return true;
  } catch (error) {
    if (hasCode(error, 'storage/full')) return false;
    throw error;
  }
}

async function storedBytes(repository: Repository): Promise<number> {
  return (await repository.storage.list('')).reduce((sum, file) => sum + file.sizeBytes, 0);
}
