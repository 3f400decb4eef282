import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DrillRecord } from '#contract';
import { newDrillKey, signDrillRecord } from '#engine/recovery';
import { listDrillRecords } from '#service/drill';
import { temporaryFolder } from '../../fixtures/environment.ts';

const record = (at: string, vm: string): DrillRecord => ({
  version: 1,
  run: vm,
  at,
  repository: 'r',
  point: 'p',
  pointTime: at,
  vm,
  host: 'HV01',
  network: 'disconnected',
  verdict: 'passed',
  servedAfterMs: 1,
  startedAfterMs: 2,
  heartbeat: 'ok',
  heartbeatAfterMs: 3,
  screen: 'content',
  picture: 'AAAA',
  verification: { verdict: 'sound', checks: [], notes: [], evidence: null },
  undone: true,
  error: null,
});

test('records are listed newest first without their pictures; forged ones and other files are passed over', async (context) => {
  const home = await temporaryFolder(context);
  assert.deepEqual(await listDrillRecords(home), []);
  const folder = join(home, 'drills');
  await mkdir(folder);
  const key = newDrillKey();
  const put = (name: string, value: unknown): Promise<void> => writeFile(join(folder, name), JSON.stringify(value));
  await put('a.json', signDrillRecord(record('2026-11-01T00:00:00.000Z', 'old'), key));
  await put('b.json', signDrillRecord(record('2026-11-02T00:00:00.000Z', 'new'), key));
  const forged = signDrillRecord(record('2026-11-03T00:00:00.000Z', 'forged'), key);
  await put('c.json', { ...forged, signature: signDrillRecord(record('2026-11-03T00:00:00.000Z', 'other'), key).signature });
  await put('d.json', { hello: 'world' });
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const listed = await listDrillRecords(home);
  assert.deepEqual(
    listed.map(({ vm }) => vm),
    ['new', 'old'],
  );
  assert.ok(listed.every((one) => !('picture' in one)));
});

test('of very many the newest 200 are listed', async (context) => {
  const home = await temporaryFolder(context);
  const folder = join(home, 'drills');
  await mkdir(folder);
  const key = newDrillKey();
  for (let day = 0; day < 205; day += 1) {
    const at = new Date(Date.UTC(2026, 0, 1 + day));
    const file = join(folder, `${(day * 7919) % 205}.json`);
    await writeFile(file, JSON.stringify(signDrillRecord(record(at.toISOString(), `vm${day}`), key)));
    await utimes(file, at, at);
  }
  const listed = await listDrillRecords(home);
  assert.deepEqual([listed.length, listed[0]!.vm, listed.at(-1)!.vm], [200, 'vm204', 'vm5']);
});
