import { asHostkeepError, hasCode, type Evidence, type EvidenceDepth, type EvidenceReading, type HostkeepError } from '#contract';
import { noteDamage, publishEvidence, type DamagedPack } from '#engine/repository';
import { checkBootFiles } from './boot-files.ts';
import { checkDatabases } from './databases.ts';
import { findings, gradeOf, says } from './findings.ts';
import { checkHives } from './hives.ts';
import { readingRule, readThrough, wholeRule } from './read-files.ts';
import { scanFiles, type FoundFile, type ScannedVolume } from './scan-files.ts';
import { checkStoredData } from './stored-data.ts';
import { checkVolumes, type ReadableVolume } from './volumes.ts';
import { stopWhenCancelled, type Subject, type Watch, type Work } from './watch.ts';

export interface VerifyOptions extends Watch {
  readonly depth: EvidenceDepth;
  /** Files of each volume that are read with depth `sample`. */
  readonly sampleFiles?: number;
  /** Chooses the files; a random one where none is given. */
  readonly seed?: string;
  /** Name and version of the program. */
  readonly by: string;
}

export const usualSample = 100;

/**
 * Looks at a restore point without starting it, and changes nothing. Damage is a finding; what says nothing of the point (a storage
 * that is away, a cancel) is thrown. @throws HostkeepError input/cancelled, storage/*
 */
export async function verifyPoint(subject: Subject, options: VerifyOptions): Promise<Evidence> {
  return (await lookAt(subject, options)).evidence;
}

interface Looked {
  readonly evidence: Evidence;
  readonly damaged: readonly DamagedPack[];
}

async function lookAt(subject: Subject, options: VerifyOptions): Promise<Looked> {
  const { clock, random } = subject.repository;
  const startedAt = clock.now();
  const found = findings();
  const { depth, sampleFiles = usualSample, seed = random.bytes(8).toString('hex'), onProgress, signal, by } = options;
  const work: Work = { ...subject, depth, found, onProgress, signal };
  await checkStoredData(work);
  const readable = await checkVolumes(work);
  await checkBootFiles(work, readable);
  await checkHives(work, readable);
  const reading = await readFiles(work, readable, { seed, sampleFiles });
  const at = clock.now();
  const checks = found.checks();
  const evidence: Evidence = {
    version: 1,
    point: subject.point.id,
    at,
    durationMs: Math.max(0, at - startedAt),
    depth,
    grade: gradeOf(checks),
    notCovered: notCovered(depth),
    checks,
    reading,
    by,
  };
  return { evidence, damaged: found.damaged() };
}

export interface KeptEvidence {
  readonly evidence: Evidence;
  /** Why the report is not in the repository: a storage that is full, or that is read only. Null when it is there. */
  readonly notKept: HostkeepError | null;
}

/** The same, and keeps the report beside the point; what is damaged is stored anew by the next run. What was found is given also when it could not be kept. */
export async function verifyAndKeep(subject: Subject, options: VerifyOptions): Promise<KeptEvidence> {
  const { evidence, damaged } = await lookAt(subject, options);
  await noteDamage(subject.repository.storage, damaged);
  try {
    await publishEvidence(subject.repository, evidence);
    return { evidence, notKept: null };
  } catch (error) {
    if (!hasCode(error, 'storage/full', 'storage/denied', 'storage/failed')) throw error;
    return { evidence, notKept: asHostkeepError(error) };
  }
}

function notCovered(depth: EvidenceDepth): string {
  const always = 'Whether the guest starts, and whether its applications accept their data, was not tried.';
  return depth === 'all'
    ? always
    : `Files outside the sample, the rest of files over 64 MiB, named streams, and what lies in no file were not read. ${always}`;
}

interface Choice {
  readonly seed: string;
  readonly sampleFiles: number;
}

async function readFiles(work: Work, volumes: readonly ReadableVolume[], choice: Choice): Promise<EvidenceReading> {
  const totalBytes = volumes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const total = { files: 0, bytes: 0, ofFiles: 0, ofBytes: 0 };
  let doneBytes = 0;
  for (const volume of volumes) {
    work.onProgress({ phase: 'file records', doneBytes, totalBytes });
    const scanned = await scanFiles(work, volume, choice.seed, work.depth === 'all' ? 0 : choice.sampleFiles);
    await checkDatabases(work, volume, scanned.databases);
    const read = work.depth === 'all' ? await readAll(work, volume, scanned) : await readSample(work, volume, scanned.sample);
    total.files += read.files;
    total.bytes += read.bytes;
    total.ofFiles += scanned.files;
    total.ofBytes += scanned.bytes;
    doneBytes += volume.sizeBytes;
  }
  return { ...total, rule: work.depth === 'all' ? wholeRule : readingRule(choice.sampleFiles), seed: choice.seed };
}

interface Read {
  readonly files: number;
  readonly bytes: number;
}

async function readSample(work: Work, volume: ReadableVolume, sample: readonly FoundFile[]): Promise<Read> {
  const totalBytes = sample.reduce((sum, { node }) => sum + node.sizeBytes, 0);
  return readEach(work, volume, { files: eachOf(sample), totalBytes, how: 'sampled' });
}

/** By a second scan: a million files are never held at once. Their folders are not known then, but their numbers and names. */
function readAll(work: Work, volume: ReadableVolume, scanned: ScannedVolume): Promise<Read> {
  return readEach(work, volume, { files: everyFile(volume), totalBytes: scanned.bytes, how: 'whole' });
}

async function* eachOf(files: readonly FoundFile[]): AsyncIterable<FoundFile> {
  yield* files;
}

async function* everyFile({ system }: ReadableVolume): AsyncIterable<FoundFile> {
  // What is damaged of the records was told by the first scan.
  for await (const node of system.scan({ onDamage: () => undefined }))
    if (node.type === 'file') yield { node, path: `.../${node.name} (file ${node.id})` };
}

async function readEach(
  work: Work,
  volume: ReadableVolume,
  of: { readonly files: AsyncIterable<FoundFile>; readonly totalBytes: number; readonly how: 'whole' | 'sampled' },
): Promise<Read> {
  let [files, bytes, faults, seen] = [0, 0, 0, 0];
  for await (const { node, path } of of.files) {
    stopWhenCancelled(work);
    seen += 1;
    try {
      bytes += await readThrough({ system: volume.system, node }, of.how, work);
      files += 1;
    } catch (error) {
      work.found.fault('file-contents', `${volume.path}/${path}`, error);
      faults += 1;
    }
    work.onProgress({ phase: 'file contents', doneBytes: Math.min(bytes, of.totalBytes), totalBytes: of.totalBytes });
  }
  if (files > 0 && faults === 0) work.found.add('file-contents', volume.path, 'passed', says('files-read', { files, bytes }));
  else if (files > 0) work.found.add('file-contents', volume.path, 'passed', says('files-read-some', { files, seen, bytes }));
  return { files, bytes };
}
