import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { PointSummary } from '#contract';
import { temporaryFolder } from '../fixtures/environment.ts';

const cli = new URL('../../main/cli/hostkeep.js', import.meta.url).pathname;
const rounds = 2;

async function shop(context: TestContext) {
  const folder = await temporaryFolder(context);
  const secret = join(folder, 'passphrase');
  await writeFile(secret, 'correct-horse\n');
  const env = { ...process.env, HOSTKEEP_HOME: join(folder, 'home'), HOSTKEEP_REPO: join(folder, 'repo') };
  const words = (parameters: readonly string[]) => [cli, '--json', '--password-file', secret, ...parameters];
  const json = <Value>(...parameters: readonly string[]): Value => {
    const { status, stdout, stderr } = spawnSync(process.execPath, words(parameters), { env, encoding: 'utf8' });
    assert.equal(status, 0, `${parameters.join(' ')}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Value;
  };
  const act = async (parameters: readonly string[]): Promise<boolean> => {
    const child = spawn(process.execPath, words(parameters), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    const [code] = (await once(child, 'close')) as [number];
    const text = Buffer.concat(parts).toString('utf8');
    assert.ok(code === 0 || text.includes('repository/locked'), `${parameters.join(' ')}: ${code} ${text}`);
    return code === 0;
  };
  json('lab', 'create');
  json('repo', 'init', join(folder, 'repo'));
  const policy = ['--manual', '--keep-last', '1', '--floor', '1', '--grace', '1', '--drop-at-most', '100'];
  json('job', 'create', 'Job', '--repo', join(folder, 'repo'), '--passphrase-file', secret, '--vm', 'LNX01', ...policy);
  return { folder, json, act };
}

test('a run, a prune, a compact, a check, a forget and a restore at once: each works or is refused as locked, and nothing is lost', async (context) => {
  const { folder, json, act } = await shop(context);
  json('job', 'run', 'Job');
  const done = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    // Something that the compact really removes.
    json('backup', '--vm', 'LNX01');
    json('forget', 'LNX01@latest', '--grace', '0');
    json('lab', 'pass-day');
    const latest = json<PointSummary[]>('points').at(-1)!.id;
    // Every pair of the locking matrix: shared (run, prune, check, forget), exclusive (compact), reading (restore).
    const acts: readonly (readonly string[])[] = [
      ['job', 'run', 'Job'],
      ['prune', 'Job'],
      ['compact'],
      ['repo', 'check', '--read-data'],
      ['forget', latest],
      ['restore-disk', latest, '--to', join(folder, `${round}.vhdx`)],
    ];
    const went = await Promise.all(acts.map(act));
    assert.ok(went.at(-1), 'who reads gives way to nobody');
    for (const [at, parameters] of acts.entries()) if (went[at]) done.add(parameters[0]!);
    assert.deepEqual(json<{ problems: unknown[] }>('repo', 'check', '--read-data').problems, []);
    // Whoever let it go, it is within its grace: it comes back, and is whole.
    if (!json<PointSummary[]>('points').some((point) => point.id === latest)) json('undelete', latest);
    json('restore-disk', latest, '--to', join(folder, `${round}-after.vhdx`));
  }
  assert.ok(done.size >= 3, `only ${[...done].join()} were ever done`);
  json('job', 'run', 'Job');
  json('compact');
  const left = json<PointSummary[]>('points');
  for (const { id } of left) json('restore-disk', id, '--to', join(folder, `${id}.vhdx`));
  assert.ok(left.length >= 1);
});
