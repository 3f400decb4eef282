import { HostkeepError, type ErrorCode, type OnProgress, type PointId } from '#contract';
import { clearDamage, listDamage, noteDamage } from '../damage/damage-marks.ts';
import type { Damage } from '../damage/damage.ts';
import { indexPacks, surveyPacks, storedPackIds } from '../index/adopt.ts';
import { indexName } from '../index/layout.ts';
import { loadIndex } from '../index/load-index.ts';
import { verifyCatalogs } from '../catalogs/verify-catalogs.ts';
import { verifyEvidence } from '../evidence.ts';
import { packName } from '../pack/layout.ts';
import type { Repository } from '../repository.ts';
import { checkIndex } from './check-index.ts';
import { checkPacks } from './check-packs.ts';
import { checkPoints } from './check-points.ts';
import { checkTexts } from './check-texts.ts';

/** One thing that is wrong, and whom it touches. */
export interface CheckProblem {
  readonly code: ErrorCode;
  /** The damaged file; for a chunk that lies nowhere, `chunk <id>`. */
  readonly file: string;
  readonly message: string;
  /** Restore points that cannot be restored whole because of it. */
  readonly points: readonly PointId[];
}

export interface CheckReport {
  readonly problems: readonly CheckProblem[];
  readonly points: number;
  readonly packs: number;
  readonly chunks: number;
  readonly bytesRead: number;
  /** Whether the index was rebuilt. */
  readonly repaired: boolean;
}

export interface CheckOptions {
  /** Read every byte of every pack, not only the directories. */
  readonly readData: boolean;
  /** Rebuild the index from the packs first. */
  readonly repairIndex: boolean;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** A damaged file, before it is known whom it touches. */
export interface Finding {
  readonly file: string;
  readonly error: HostkeepError;
}

/** Proves what can be proved: that every file is as it was written, and that every restore point finds all it names. */
export async function checkRepository(repository: Repository, options: CheckOptions): Promise<CheckReport> {
  if (options.repairIndex) await rebuildIndex(repository);
  const packs = await checkPacks(repository, options);
  const { lost } = await surveyPacks(repository);
  for (const packId of lost) packs.damage.markPack(packId);
  const noted = options.readData ? [] : await addNoted(repository, packs.damage);
  const index = await checkIndex(repository, options.signal);
  const points = await checkPoints(repository, packs.damage, options.signal);
  const texts = [
    ...(await checkTexts(repository)),
    ...(await verifyCatalogs(repository, options.readData)),
    ...(await verifyEvidence(repository)),
  ];
  await keepNotes(repository, packs.damage, options.readData);
  const stillNeeded = noted.filter(({ file }) => points.touched.has(file));
  const named = [...packs.findings, ...lost.map(lostFinding), ...stillNeeded, ...points.missing].map((finding) =>
    toProblem(finding, points.touched.get(finding.file) ?? []),
  );
  const plain = [...texts, ...index].map((finding) => toProblem(finding, []));
  const unreadable = points.damaged.map((damaged) => toProblem(damaged, [damaged.id]));
  return {
    problems: [...named, ...plain, ...unreadable],
    points: points.count,
    packs: packs.count,
    chunks: packs.chunks,
    bytesRead: packs.bytesRead,
    repaired: options.repairIndex,
  };
}

/** What was found damaged earlier, and is not read now: told where a restore point still needs it. */
async function addNoted({ storage }: Repository, damage: Damage): Promise<readonly Finding[]> {
  const known = new Set(damage.packs().map(({ packId }) => packId));
  const noted = (await listDamage(storage)).filter(({ packId }) => !known.has(packId));
  damage.mark(noted);
  return noted.map(({ packId: pack, groups }) => ({
    file: packName(pack),
    error: new HostkeepError('repository/pack-damaged', { pack, ...(groups === null ? {} : { groups: groups.join(' ') }) }),
  }));
}

function lostFinding(packId: string): Finding {
  const file = packName(packId);
  return { file, error: new HostkeepError('storage/not-found', { file }) };
}

/** What is damaged is stored anew by the next run; what was read and is sound counts as stored again. */
async function keepNotes(repository: Repository, damage: Damage, readData: boolean): Promise<void> {
  const { storage } = repository;
  const found = damage.packs();
  const damaged = new Set(found.map(({ packId }) => packId));
  if (readData) await clearDamage(storage, (packId) => !damaged.has(packId));
  await noteDamage(storage, found);
  repository.refresh();
}

function toProblem(finding: Finding, points: readonly PointId[]): CheckProblem {
  return { code: finding.error.code, file: finding.file, message: finding.error.message, points };
}

/**
 * Writes a new index from the packs alone, then removes the old segments: but for those of packs whose directory cannot be read, since nothing
 * else knows where their chunks lie.
 */
async function rebuildIndex(repository: Repository): Promise<void> {
  const { storage, masterKey } = repository;
  const old = await storage.names('index');
  const summaries = await loadIndex(storage, masterKey, { withFilter: false });
  const damaged = new Set((await indexPacks(repository, await storedPackIds(repository))).damaged.map(({ packId }) => packId));
  const needed = summaries.filter(({ packs }) => packs.some((packId) => damaged.has(packId)));
  const staying = new Set(needed.map(({ segmentId }) => indexName(segmentId)));
  for (const name of old) if (!staying.has(name)) await storage.remove(name);
  repository.refresh();
}
