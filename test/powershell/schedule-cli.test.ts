import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { join } from 'node:path';
import type { PreflightCheck } from '#engine/ports';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';
import { taskService } from './simulator/task-service.ts';

const skip = (await findEngine()) === null ? missingEngine : false;

test(
  'a job is a task from the moment it is made, is checked by that task, sleeps while it is paused, and goes when it is removed',
  { skip },
  async (context) => {
    const { json, run, folder, home, secret, world } = await simulatedCommandLine(context, {}, { HOSTKEEP_TASK_SCHEDULER: '1' });
    // Task Scheduler starts what the task says, as a process of its own.
    world.taskService = {
      ...taskService(world.tasks, Date.now()),
      start: ({ command }) => void run(...command.slice(command.indexOf('--home')).split(' ')),
    };
    const secretFile = join(folder, 'passphrase');
    await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
    const options = ['--repo', join(folder, 'repo'), '--all', '--passphrase-file', secretFile];
    const job = await json<{ id: string }>('job', 'create', 'Month', ...options, '--monthly', 'last friday', '--at', '22:30');
    const task = (): ReturnType<typeof world.tasks.get> => [...world.tasks.values()][0];
    assert.equal(task()!.name, job.id);
    assert.ok(task()!.command.endsWith(`--home ${home} job run ${job.id} --if-due`), task()!.command);
    // Monthly is no trigger: the task wakes every day and the process decides.
    assert.deepEqual(
      task()!.triggers.map((trigger) => trigger.Kind),
      ['Daily'],
    );
    const sound = await json<{ as: string; checks: readonly PreflightCheck[] }>('job', 'check', 'Month');
    assert.notEqual(sound.as, '');
    const verdict = (id: string): string | undefined => sound.checks.find((check) => check.id === id)?.verdict;
    assert.deepEqual([verdict('repository-access'), verdict('target'), verdict('integration-services')], ['ok', 'ok', 'ok']);
    await rename(secretFile, `${secretFile}.gone`);
    const broken = await run('job', 'check', 'Month');
    assert.equal(broken.status, 1, broken.stdout + broken.stderr);
    assert.match(broken.stdout, /^As .+:\n[^]*blocking/);
    await json('job', 'pause', 'Month');
    assert.deepEqual(task()!.triggers, []);
    await json('job', 'pause', 'Month', '--resume');
    assert.deepEqual(await json('scheduler', 'clear'), { removed: [job.id] });
    assert.equal(task(), undefined);
    assert.deepEqual(await json('scheduler', 'clear'), { removed: [] });
    assert.deepEqual(await json('scheduler', 'renew'), { registered: 1 });
    assert.deepEqual([task()!.name, task()!.triggers.length], [job.id, 1]);
    await json('job', 'delete', 'Month');
    assert.equal(task(), undefined);
  },
);
