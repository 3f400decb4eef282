/**
 * Reports of verifications, beside their restore points. Each is a file of its own, sealed and written once, so that nobody without
 * the key can say of a point what was not found; the newest few of a point are kept.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  acceptJson,
  asHostkeepError,
  evidenceSchema,
  evidenceSummary,
  hasCode,
  HostkeepError,
  type Evidence,
  type EvidenceSummary,
  type PointId,
} from '#contract';
import { evidenceFiles, evidenceName, type EvidenceFile } from './evidence-files.ts';
import type { Repository } from './repository.ts';
import { deriveFileKey, seal, unseal } from './seal.ts';

type Sealed = Pick<Repository, 'storage' | 'masterKey'>;

const magic = Buffer.from('HKEVID01', 'latin1');
const part = { kind: 'evidence', ordinal: 0 } as const;
const limitBytes = 16 * 1024 * 1024;
const keptPerPoint = 8;

/** Durable when it returns; then the oldest beyond what is kept go. @throws HostkeepError storage/* */
export async function publishEvidence(repository: Repository, evidence: Evidence): Promise<void> {
  const { storage, masterKey, random } = repository;
  const id = `${evidence.point}-${random.bytes(8).toString('hex')}`;
  const plain = zstdCompressSync(Buffer.from(JSON.stringify(evidence)), { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  await storage.write(evidenceName(id), Buffer.concat([magic, seal(deriveFileKey(masterKey, 'evidence', id), part, plain)]));
  const read = await readAll(
    repository,
    (await evidenceFiles(storage)).filter((file) => file.point === evidence.point),
  );
  for (const { name } of read.slice(keptPerPoint)) await storage.remove(name);
}

/** The reports about a restore point, newest first; a damaged one is left out (`repo check` tells of it). */
export async function listEvidence(repository: Sealed, point: PointId): Promise<readonly Evidence[]> {
  const files = (await evidenceFiles(repository.storage)).filter((file) => file.point === point);
  return (await readAll(repository, files)).map(({ evidence }) => evidence);
}

/** A report as lists remember it. */
export interface ListedEvidence {
  /** Of the report: it is written once, so that nobody need read it twice. */
  readonly id: string;
  readonly point: PointId;
  readonly summary: EvidenceSummary;
}

/** All reports that lie in the repository, newest first; those that are known already are not read again. */
export async function listedEvidence(
  repository: Sealed,
  known: ReadonlyMap<string, ListedEvidence> = new Map(),
): Promise<readonly ListedEvidence[]> {
  const files = await evidenceFiles(repository.storage);
  const read = await readAll(
    repository,
    files.filter(({ id }) => !known.has(id)),
  );
  return [
    ...files.flatMap(({ id }) => known.get(id) ?? []),
    ...read.map(({ id, point, evidence }) => ({ id, point, summary: evidenceSummary(evidence) })),
  ].toSorted((a, b) => b.summary.at - a.summary.at || (a.id < b.id ? 1 : -1));
}

/** The newest report about each restore point that has any, in short. */
export function latestEvidence(reports: readonly ListedEvidence[]): ReadonlyMap<PointId, EvidenceSummary> {
  const found = new Map<PointId, EvidenceSummary>();
  for (const { point, summary } of reports) if (!found.has(point)) found.set(point, summary);
  return found;
}

export async function verifyEvidence(
  repository: Sealed,
): Promise<readonly { readonly file: string; readonly error: HostkeepError }[]> {
  const findings: { file: string; error: HostkeepError }[] = [];
  for (const file of await evidenceFiles(repository.storage)) {
    try {
      await readOne(repository, file);
    } catch (error) {
      if (hasCode(error, 'storage/not-found')) continue; // removed since it was listed
      if (!isDamage(error)) throw error;
      findings.push({ file: file.name, error: asHostkeepError(error) });
    }
  }
  return findings;
}

interface ReadEvidence extends EvidenceFile {
  readonly evidence: Evidence;
}

async function readAll(repository: Sealed, files: readonly EvidenceFile[]): Promise<readonly ReadEvidence[]> {
  const read: ReadEvidence[] = [];
  for (const file of files) {
    try {
      read.push({ ...file, evidence: await readOne(repository, file) });
    } catch (error) {
      if (!hasCode(error, 'storage/not-found') && !isDamage(error)) throw error;
    }
  }
  return read.toSorted((a, b) => b.evidence.at - a.evidence.at || (a.name < b.name ? 1 : -1));
}

function isDamage(error: unknown): boolean {
  return hasCode(error, 'repository/evidence-damaged', 'storage/short-read');
}

/** @throws HostkeepError repository/evidence-damaged, storage/* */
async function readOne({ storage, masterKey }: Sealed, file: EvidenceFile): Promise<Evidence> {
  const bytes = await storage.readAll(file.name, limitBytes);
  const otherwise = { code: 'repository/evidence-damaged', details: { file: file.name } } as const;
  if (!bytes.subarray(0, magic.length).equals(magic)) throw new HostkeepError(otherwise.code, otherwise.details);
  try {
    const packed = unseal(deriveFileKey(masterKey, 'evidence', file.id), part, bytes.subarray(magic.length));
    const text = zstdDecompressSync(packed, { maxOutputLength: limitBytes }).toString('utf8');
    const evidence = acceptJson(evidenceSchema, text, otherwise);
    if (evidence.point !== file.point) throw new HostkeepError(otherwise.code, otherwise.details);
    return evidence;
  } catch (cause) {
    if (hasCode(cause, otherwise.code)) throw cause;
    throw new HostkeepError(otherwise.code, otherwise.details, cause);
  }
}
