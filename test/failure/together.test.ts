import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import type { PointSummary, PublishedTarget } from '#contract';
import { cli } from '../fixtures/command-line.ts';
import { placeRepositoryAt } from '../fixtures/empty-repository.ts';
import { temporaryFolder } from '../fixtures/environment.ts';
import { copyLab } from '../fixtures/lab.ts';
import { cdbs } from '../fixtures/cdbs.ts';
import { initiator } from '../fixtures/initiator.ts';
import { portOf } from '../fixtures/publication.ts';

const rounds = 2;

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout! })) return line;
  throw new Error('the publisher ended without a word');
}

async function shop(context: TestContext) {
  const folder = await temporaryFolder(context);
  const secret = join(folder, 'passphrase');
  await writeFile(secret, `${await placeRepositoryAt(join(folder, 'repo'))}\n`);
  await copyLab(join(folder, 'home'));
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
    // What is being published is pinned: it cannot be forgotten meanwhile.
    const refused = ['repository/locked', 'retention/pinned'].some((why) => text.includes(why));
    assert.ok(code === 0 || refused, `${parameters.join(' ')}: ${code} ${text}`);
    return code === 0;
  };
  /** Serves until a sector was read, then ends. */
  const served = async (parameters: readonly string[]): Promise<boolean> => {
    const child = spawn(process.execPath, words(parameters), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    try {
      const target = JSON.parse(await firstLine(child)) as PublishedTarget;
      const one = await initiator({ port: portOf(target), targetName: target.iqn });
      // The first command is answered by a unit attention.
      await one.command(cdbs.testUnitReady);
      const { data } = await one.command(cdbs.read(0, 1), { read: 512 });
      assert.equal(data.length, 512);
      await one.logout();
      return true;
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  };
  const policy = ['--manual', '--keep-last', '1', '--floor', '1', '--grace', '1', '--drop-at-most', '100'];
  json('job', 'create', 'Job', '--repo', join(folder, 'repo'), '--passphrase-file', secret, '--vm', 'LNX01', ...policy);
  return { folder, json, act, served };
}

test('a run, a prune, a compact, a check, a verification, a catalogue, a forget, a publication and a restore at once: each works or is refused as locked or pinned, and nothing is lost', async (context) => {
  const { folder, json, act, served } = await shop(context);
  json('job', 'run', 'Job');
  const done = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    // Something that the compact really removes.
    json('backup', '--vm', 'LNX01');
    json('forget', 'LNX01@latest', '--grace', '0');
    json('lab', 'pass-day');
    const latest = json<PointSummary[]>('points').at(-1)!.id;
    // Every pair of the locking matrix: shared (run, prune, check, forget), exclusive (compact), reading (verify, catalog, publish, restore).
    const acts: readonly (readonly string[])[] = [
      ['job', 'run', 'Job'],
      ['prune', 'Job'],
      ['compact'],
      ['repo', 'check', '--read-data'],
      ['forget', latest],
      ['verify', latest, '--all'],
      ['catalog', latest],
      ['publish', latest],
      ['restore-disk', latest, '--to', join(folder, `${round}.vhdx`)],
    ];
    const went = await Promise.all(acts.map((words) => (words[0] === 'publish' ? served(words) : act(words))));
    assert.deepEqual(went.slice(5), [true, true, true, true], 'who reads gives way to nobody');
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
