/**
 * SIGKILL at every step of start, finalise and discard, and of a drill that waits: `npm run kill:recover`; `KILL_EVERY=n` takes every nth
 * step. A few of them are in `test:failure`.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RecoveryView } from '#contract';
import { every, firstBoundary } from './boundaries.ts';
import {
  expectNothing,
  killBench,
  killedDiscard,
  killedFinalise,
  killedStart,
  nextStart,
  pointDigest,
  type KillBench,
  type Trial,
} from './recover-kills.ts';

/** At every step, or every so manyth, until the command ends by itself; how many steps it has at most. */
async function atEveryStep(of: KillBench, trial: Trial): Promise<number> {
  for (let step = firstBoundary; step < 40; step += every) if (!(await trial(of, step))) return step - 1;
  throw new Error('it never ended by itself');
}

test('a start that is killed at any step is undone by the next one, or runs', async (context) => {
  const steps = await atEveryStep(await killBench(context), killedStart);
  assert.ok(steps >= 8, `${steps} steps`);
});

test('a finalise that is killed at any step is taken back or brought to its end, and can be done again', async (context) => {
  const of = await killBench(context);
  const before = await pointDigest(of, 'before');
  const steps = await atEveryStep(of, killedFinalise);
  assert.ok(steps >= 6, `${steps} steps`);
  assert.equal(await pointDigest(of, 'after'), before, 'the restore point never changes');
});

test('a discard that is killed at any step is finished by the next command', async (context) => {
  const steps = await atEveryStep(await killBench(context), killedDiscard);
  assert.ok(steps >= 2, `${steps} steps`);
});

test('a drill that is killed while it waits is taken away by the next command', async (context) => {
  const of = await killBench(context);
  const key = join(of.folder, 'drill.pem');
  await of.json('drill', 'key', '--new', key);
  await of.json('lab', 'fault', 'heartbeat', 'recovery-fails', '--times', '1000');
  const place = ['--host', 'lab', '--folder', join(of.folder, 'VMs'), '--key-file', key, '--wait', '600'];
  // The thirteenth step is the wait for the heartbeat: the VM runs by then.
  assert.ok(await of.killAt(13, 'drill', 'run', 'LNX01@latest', ...place));
  assert.equal((await of.json<RecoveryView[]>('recover', 'list')).length, 1);
  await of.json('lab', 'fault', '--clear');
  await nextStart(of);
  assert.deepEqual(await readdir(join(of.folder, 'VMs')), []);
  await expectNothing(of);
});
