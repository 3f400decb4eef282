import type { ErrorCode, HostkeepError, OnProgress, PointId } from '#contract';
import { indexPacks, storedPackIds } from '../index/adopt.ts';
import { indexName } from '../index/layout.ts';
import { loadIndex } from '../index/load-index.ts';
import { verifyCatalogs } from '../catalogs/verify-catalogs.ts';
import { verifyEvidence } from '../evidence.ts';
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
  const index = await checkIndex(repository, options.signal);
  const points = await checkPoints(repository, packs.damage, options.signal);
  const texts = [
    ...(await checkTexts(repository)),
    ...(await verifyCatalogs(repository, options.readData)),
    ...(await verifyEvidence(repository)),
  ];
  const named = [...packs.findings, ...points.missing].map((finding) =>
    toProblem(finding, points.touched.get(finding.file) ?? []),
  );
  const plain = [...texts, ...index].map((finding) => toProblem(finding, []));
  const lost = points.damaged.map((damaged) => toProblem(damaged, [damaged.id]));
  return {
    problems: [...named, ...plain, ...lost],
    points: points.count,
    packs: packs.count,
    chunks: packs.chunks,
    bytesRead: packs.bytesRead,
    repaired: options.repairIndex,
  };
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
