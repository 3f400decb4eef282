import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

test(
  'a job is a task from the moment it is made, sleeps while it is paused, and goes when it is removed',
  { skip },
  async (context) => {
    const { json, folder, home, world } = await simulatedCommandLine(context, {}, { HOSTKEEP_TASK_SCHEDULER: '1' });
    await json('repo', 'init', join(folder, 'repo'));
    const schedule = ['--monthly', 'last friday', '--at', '22:30'];
    const job = await json<{ id: string }>('job', 'create', 'Month', '--repo', join(folder, 'repo'), '--all', ...schedule);
    const task = (): ReturnType<typeof world.tasks.get> => [...world.tasks.values()][0];
    assert.equal(task()!.name, job.id);
    assert.ok(task()!.command.endsWith(`--home ${home} job run ${job.id} --if-due`), task()!.command);
    // Monthly is no trigger: the task wakes every day and the process decides.
    assert.deepEqual(
      task()!.triggers.map((trigger) => trigger.Kind),
      ['Daily'],
    );
    await json('job', 'edit', 'Month', '--daily', '--at', '22:30');
    // A zone of the job's own may be another than this computer's: then the task wakes on a finer grid.
    assert.ok(task()!.triggers.length > 0);
    await json('job', 'pause', 'Month');
    assert.deepEqual(task()!.triggers, []);
    await json('job', 'delete', 'Month');
    assert.equal(task(), undefined);
  },
);
