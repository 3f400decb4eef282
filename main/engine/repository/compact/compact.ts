import { hasCode, type OnProgress } from '#contract';
import { indexPacks, storedPackIds } from '../index/adopt.ts';
import { packName } from '../pack/layout.ts';
import { readPackDirectory, type PackDirectory } from '../pack/pack-reader.ts';
import type { Repository } from '../repository.ts';
import { findLiveChunks, liveBytes, type LiveChunks } from './live-chunks.ts';
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
}

/** Packs with less than this share of needed bytes are rewritten; so are small ones, when there are several. */
const worthKeeping = 0.7;
const smallPackBytes = 16 * 1024 * 1024;
const smallPacksTolerated = 8;

interface Plan {
  readonly dead: readonly string[];
  readonly sparse: readonly PackDirectory[];
}

/**
 * Frees the space of chunks that no restore point needs. The caller holds the exclusive lock. New packs are published
 * before anything goes; then the index goes, then the packs, then the index is written anew from the packs that stay. Without
 * an index readers look into the packs, so a crash at any moment leaves every restore point readable. Removing needs no space:
 * a full disk is no dead end.
 */
export async function compactRepository(repository: Repository, options: CompactOptions): Promise<CompactReport> {
  // Nobody else writes here now: what lies in the temporary folder is left over.
  await repository.storage.sweep(0);
  const before = await storedBytes(repository);
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
  return { ...report, freedBytes: before - (await storedBytes(repository)) };
}

async function compactOnce(repository: Repository, options: CompactOptions): Promise<CompactReport> {
  const live = await findLiveChunks(repository, options.signal);
  const plan = await planCompaction(repository, live, options);
  const rewritten = await tryRewrite(repository, { sparse: plan.sparse, live }, options);
  const removed = [...plan.dead, ...(rewritten ?? [])];
  if (removed.length > 0) await removePacks(repository, removed);
  return {
    freedBytes: 0,
    removedPacks: plan.dead.length,
    rewrittenPacks: rewritten?.length ?? 0,
    incomplete: rewritten === undefined,
  };
}

/** Reads the directory of every pack that is needed: when one cannot be read, nothing is removed. */
async function planCompaction(repository: Repository, live: LiveChunks, options: CompactOptions): Promise<Plan> {
  const packIds = await storedPackIds(repository);
  const dead = packIds.filter((packId) => !live.packIsLive(packId));
  const [sparse, small]: [PackDirectory[], PackDirectory[]] = [[], []];
  for (const packId of packIds.filter((candidate) => live.packIsLive(candidate))) {
    options.signal.throwIfAborted();
    const directory = await readPackDirectory(repository.storage, repository.masterKey, packId);
    const bytes = liveBytes(live, directory);
    if (bytes.live < bytes.all * worthKeeping) sparse.push(directory);
    else if (directory.fileBytes < smallPackBytes) small.push(directory);
  }
  return { dead, sparse: small.length > smallPacksTolerated ? [...sparse, ...small] : sparse };
}

/** The packs that were copied elsewhere; undefined when there was no room. */
async function tryRewrite(
  repository: Repository,
  work: { readonly sparse: readonly PackDirectory[]; readonly live: LiveChunks },
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

async function removePacks(repository: Repository, packIds: readonly string[]): Promise<void> {
  const { storage } = repository;
  for (const file of await storage.list('index')) await storage.remove(file.name);
  repository.refresh();
  for (const packId of packIds) await storage.remove(packName(packId));
  await indexPacks(repository, await storedPackIds(repository));
}

async function storedBytes(repository: Repository): Promise<number> {
  return (await repository.storage.list('')).reduce((sum, file) => sum + file.sizeBytes, 0);
}
