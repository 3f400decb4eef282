import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { hasCode, type Evidence, type EvidenceCheck } from '#contract';
import {
  checkRepository,
  compactRepository,
  forgetPoint,
  latestEvidence,
  listedEvidence,
  listEvidence,
} from '#engine/repository';
import { usualSample, verifyAndKeep, verifyPoint, type VerifyOptions } from '#engine/verify';
import { quiet } from '../../fixtures/environment.ts';
import { writeEse } from '../../fixtures/database-headers.ts';
import { writeHive } from '../../fixtures/hive-writer.ts';
import { needs } from '../../fixtures/tools.ts';
import { guestWith, subjectOf, tools, windowsFiles, type GuestFiles } from './guest-volume.ts';

const options: VerifyOptions = { depth: 'sample', by: 'test', ...quiet };

async function verified(context: TestContext, files: GuestFiles, more: Partial<VerifyOptions> = {}): Promise<Evidence> {
  return verifyPoint(subjectOf(await guestWith(context, files)), { ...options, ...more });
}

function about(evidence: Evidence, subject: string): readonly EvidenceCheck[] {
  return evidence.checks.filter((check) => check.subject.toLowerCase().includes(subject.toLowerCase()));
}

function without(name: string): GuestFiles {
  return Object.fromEntries(Object.entries(windowsFiles).filter(([one]) => one !== name));
}

test('a sound Windows passes, and the report says what was looked at and what was not', async (context) => {
  if (!needs(context, tools)) return;
  const evidence = await verified(context, windowsFiles);
  assert.equal(evidence.grade, 'passed', JSON.stringify(evidence.checks, null, 1));
  const kinds = new Set(evidence.checks.map((check) => check.check));
  for (const kind of [
    'stored-data',
    'partition-table',
    'file-system',
    'boot-files',
    'file-records',
    'registry-hive',
    'database',
    'file-contents',
  ])
    assert.ok(kinds.has(kind as EvidenceCheck['check']), kind);
  assert.equal(evidence.reading.ofFiles, Object.keys(windowsFiles).length);
  assert.equal(evidence.reading.files, Math.min(usualSample, Object.keys(windowsFiles).length));
  assert.match(evidence.notCovered, /not tried/);
  assert.match(evidence.notCovered, /outside the sample/);
  assert.match(about(evidence, 'ntds.dit')[0]!.says, /needs logs 0x00000003 to 0x00000004, which lie beside it/);
  assert.match(about(evidence, 'orders.mdf')[0]!.says, /"Orders", version 957 \(SQL Server 2022\), in use/);
});

test('a sample is chosen by its seed, and is as large as was asked', async (context) => {
  if (!needs(context, tools)) return;
  const guest = await guestWith(context, windowsFiles);
  const take = (seed: string) => verifyPoint(subjectOf(guest), { ...options, sampleFiles: 5, seed });
  const [first, again, other] = [await take('00ff'), await take('00ff'), await take('0100')];
  assert.equal(first.reading.files, 5);
  assert.deepEqual(first.reading, again.reading);
  assert.notEqual(first.reading.bytes, other.reading.bytes);
});

test('with everything read the report no longer speaks of a sample', async (context) => {
  if (!needs(context, tools)) return;
  const evidence = await verified(context, windowsFiles, { depth: 'all' });
  assert.equal(evidence.grade, 'passed');
  assert.equal(evidence.reading.files, Object.keys(windowsFiles).length);
  assert.equal(evidence.reading.bytes, evidence.reading.ofBytes);
  assert.doesNotMatch(evidence.notCovered, /sample/);
  assert.match(
    about(evidence, '/disk0').find((check) => check.check === 'stored-data')!.says,
    /were read and are what was backed up/,
  );
});

test('what is missing for a start, or is no program, fails', async (context) => {
  if (!needs(context, tools)) return;
  const noKernel = await verified(context, without('Windows/System32/ntoskrnl.exe'));
  assert.equal(noKernel.grade, 'failed');
  assert.ok(
    noKernel.checks.some((check) => check.verdict === 'failed' && /not Windows\/System32\/ntoskrnl\.exe/.test(check.says)),
  );
  const notOne = await verified(context, { ...windowsFiles, 'Windows/System32/winload.efi': Buffer.alloc(5000, 7) });
  assert.equal(about(notOne, 'winload.efi')[0]!.verdict, 'failed');
  const noLoader = await verified(context, without('EFI/Microsoft/Boot/bootmgfw.efi'));
  assert.equal(noLoader.grade, 'warning');
});

test('a broken hive fails; a dirty one without a log is a warning', async (context) => {
  if (!needs(context, tools)) return;
  const name = 'Windows/System32/config/SOFTWARE';
  const broken = Buffer.from(windowsFiles[name]!);
  broken.writeInt32LE(-12, 4096 + 32);
  const evidence = await verified(context, { ...windowsFiles, [name]: broken });
  const check = evidence.checks.find((one) => one.check === 'registry-hive' && one.subject.includes('SOFTWARE'))!;
  assert.deepEqual([check.verdict, check.code, evidence.grade], ['failed', 'format/registry-corrupt', 'failed']);
  const dirty = await verified(context, { ...windowsFiles, [name]: writeHive({ name: 'ROOT' }, { sequences: [8, 7] }) });
  assert.equal(dirty.grade, 'warning');
  assert.match(about(dirty, 'SOFTWARE').find((one) => one.check === 'registry-hive')!.says, /no log/);
});

test('a database that needs logs which are not there is a warning that counts them', async (context) => {
  if (!needs(context, tools)) return;
  const evidence = await verified(context, without('Windows/NTDS/edb00003.log'));
  assert.equal(evidence.grade, 'warning');
  assert.match(about(evidence, 'ntds.dit')[0]!.says, /1 of them do not lie beside it/);
  const torn = writeEse({ state: 3 });
  torn.writeUInt8(1, 60);
  const copied = await verified(context, { ...windowsFiles, 'Windows/NTDS/ntds.dit': torn });
  assert.match(about(copied, 'ntds.dit')[0]!.says, /first header is damaged/);
});

test('disks without a system are limited evidence, not a failure', async (context) => {
  if (!needs(context, tools)) return;
  const evidence = await verified(context, { 'Data/a.txt': Buffer.from('a') });
  assert.equal(evidence.grade, 'limited');
  assert.ok(evidence.checks.some((check) => check.check === 'boot-files' && check.verdict === 'not-checked'));
});

test('damage in the repository is found where its bytes are read, and a lost pack without reading any', async (context) => {
  if (!needs(context, tools)) return;
  const guest = await guestWith(context, windowsFiles);
  const { storage } = guest.repository;
  const packs = (await storage.list('packs')).toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const { name } = packs[0]!;
  const bytes = await storage.readAll(name, 1e9);
  const flipped = Buffer.from(bytes);
  flipped[Math.floor(bytes.length / 3)]! ^= 1;
  await storage.replace(name, flipped);
  const all = await verifyPoint(subjectOf(guest), { ...options, depth: 'all' });
  assert.equal(all.grade, 'failed');
  assert.ok(all.checks.some((check) => check.check === 'stored-data' && check.code === 'repository/chunk-damaged'));
  await storage.remove(name);
  const sample = await verifyPoint(subjectOf(guest), options).catch((error: unknown) => error);
  assert.ok(!(sample instanceof Error), String(sample));
  assert.equal((sample as Evidence).grade, 'failed');
});

test('a cancel ends it with its code and leaves no report', async (context) => {
  if (!needs(context, tools)) return;
  const guest = await guestWith(context, windowsFiles);
  const stop = new AbortController();
  const onProgress: VerifyOptions['onProgress'] = ({ phase }) => phase === 'file contents' && stop.abort();
  await assert.rejects(verifyAndKeep(subjectOf(guest), { ...options, onProgress, signal: stop.signal }), (error) =>
    hasCode(error, 'input/cancelled'),
  );
  assert.deepEqual(await listEvidence(guest.repository, guest.point.id), []);
});

test('reports are kept beside the point, newest first, and no more than eight', async (context) => {
  if (!needs(context, tools)) return;
  const guest = await guestWith(context, { 'a.txt': Buffer.from('a') });
  let now = 1_000_000;
  const repository = { ...guest.repository, clock: { ...guest.repository.clock, now: () => (now += 1000) } };
  const subject = { ...subjectOf(guest), repository };
  for (let run = 0; run < 10; run += 1) assert.equal((await verifyAndKeep(subject, options)).notKept, null);
  const kept = await listEvidence(repository, guest.point.id);
  assert.equal(kept.length, 8);
  assert.deepEqual(
    kept.map(({ at }) => at),
    kept.map(({ at }) => at).toSorted((a, b) => b - a),
  );
  assert.equal(kept[0]!.at, now);
  assert.deepEqual(latestEvidence(await listedEvidence(repository)).get(guest.point.id), {
    at: now,
    depth: 'sample',
    grade: 'limited',
  });
  // A report is written once: whoever knows it does not read it again.
  const listed = await listedEvidence(repository);
  const read: string[] = [];
  const { storage } = repository;
  const counting = {
    ...repository,
    storage: { ...storage, readAll: (name: string, limit: number) => (read.push(name), storage.readAll(name, limit)) },
  };
  const known = new Map(listed.slice(1).map((one) => [one.id, one]));
  assert.deepEqual(await listedEvidence(counting, known), listed);
  assert.deepEqual(read, [`evidence/${listed[0]!.id}`]);
});

test('a report that somebody changed is not believed, and the check names it', async (context) => {
  if (!needs(context, tools)) return;
  const guest = await guestWith(context, { 'a.txt': Buffer.from('a') });
  await verifyAndKeep(subjectOf(guest), options);
  const { storage } = guest.repository;
  const [file] = await storage.list('evidence');
  const bytes = await storage.readAll(file!.name, 1e6);
  for (let at = 0; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 1 << (at % 8);
    await storage.replace(file!.name, flipped);
    assert.deepEqual(await listEvidence(guest.repository, guest.point.id), [], `byte ${at}`);
  }
  const { problems } = await checkRepository(guest.repository, { readData: false, repairIndex: false, ...quiet });
  assert.deepEqual(
    problems.map(({ code, file: name, points }) => ({ code, name, points })),
    [{ code: 'repository/evidence-damaged', name: file!.name, points: [] }],
  );
});

test('a report goes with its point, and a compact takes what came too late', async (context) => {
  if (!needs(context, tools)) return;
  const guest = await guestWith(context, { 'a.txt': Buffer.from('a') });
  const { repository, point } = guest;
  await verifyAndKeep(subjectOf(guest), options);
  const subject = subjectOf(guest);
  await forgetPoint(repository, point.id);
  assert.deepEqual(await repository.storage.list('evidence'), []);
  await verifyAndKeep(subject, options);
  assert.equal((await repository.storage.list('evidence')).length, 1);
  await compactRepository(repository, quiet);
  assert.deepEqual(await repository.storage.list('evidence'), []);
});
