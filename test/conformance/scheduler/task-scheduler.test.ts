import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { takeStart, taskScheduler, type TaskSchedulerOptions } from '#host';
import type { Scheduler, Secrets } from '#engine/ports';
import { changeTaskAccount, jobBook, openHome, taskUser } from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { findEngine } from '../../powershell/simulator/engine.ts';
import { simulate, type Simulation, type SimulationOptions } from '../../powershell/simulator/host.ts';
import { taskService } from '../../powershell/simulator/task-service.ts';
import { schedulerConformance } from './suite.ts';

const engine = await findEngine();
const skip = engine === null ? 'neither PowerShell nor dotnet is on the PATH' : false;
const noon = new Date(2026, 2, 2, 12).getTime();

type TaskSimulation = Pick<Simulation, 'world' | 'home'> & { readonly scheduler: Scheduler };

async function simulated(
  context: Parameters<typeof simulate>[0],
  more: Partial<TaskSchedulerOptions> = {},
  options: SimulationOptions = {},
): Promise<TaskSimulation> {
  const { world, shell, home } = await simulate(context, { smallDisks: true, locale: 'de', ...options });
  world.taskService = taskService(world.tasks, noon);
  const scheduler = taskScheduler({
    shell,
    clock: { now: () => world.taskService!.now() },
    program: 'C:\\Program Files\\Hostkeep\\hostkeep.exe',
    parameters: (id) => ['job', 'run', id, '--if-due', '--home', 'C:\\it\'s "here"\\'],
    folder: 'C:\\Program Files\\Hostkeep',
    home,
    account: async () => null,
    ...more,
  });
  return { world, home, scheduler };
}

if (engine === null) test('Task Scheduler', { skip });
else
  schedulerConformance('Task Scheduler', async (context) => {
    const { world, scheduler } = await simulated(context);
    const service = world.taskService!;
    return {
      scheduler,
      now: service.now,
      pass: async (minutes) => service.pass(minutes),
      sleep: async (minutes) => service.sleep(minutes),
      starts: () => service.starts,
      async end(id, exitCode) {
        const task = [...world.tasks.values()].find((one) => one.name === id)!;
        Object.assign(task, { running: false, lastResult: exitCode });
      },
    };
  });

const nightly = { id: 'job-1', name: 'N\u00e4chtlich', enabled: true, wake: { kind: 'daily', at: ['22:30'] } } as const;

test('a task runs as SYSTEM, without a limit, catches up, and never twice at once', { skip }, async (context) => {
  const { world, scheduler } = await simulated(context);
  await scheduler.register(nightly);
  const [task] = [...world.tasks.values()];
  const { path, account, runLevel, limitSeconds, catchesUp, overlap, command } = task!;
  assert.deepEqual(
    { path, account, runLevel, limitSeconds, catchesUp, overlap },
    { path: '\\Hostkeep\\', account: 'SYSTEM', runLevel: 'Highest', limitSeconds: 0, catchesUp: true, overlap: 'IgnoreNew' },
  );
  assert.equal(command, 'C:\\Program Files\\Hostkeep\\hostkeep.exe job run job-1 --if-due --home "C:\\it\'s \\"here\\"\\\\"');
});

test('a named account brings its password, and one that is refused is told', { skip }, async (context) => {
  const account = { user: 'FIRMA\\sicherung', password: 'pa$$"w`ord' };
  const { world, scheduler } = await simulated(context, { account: async () => account });
  await scheduler.register(nightly);
  assert.equal([...world.tasks.values()][0]!.account, 'FIRMA\\sicherung');
  assert.doesNotMatch(JSON.stringify([...world.tasks.values()]), /pa\$\$/);
  world.faults.push({ at: 'Register-ScheduledTask', name: 'refused', times: 1 });
  await assert.rejects(scheduler.update(nightly), (error) => hasCode(error, 'schedule/account-refused'));
});

test('without rights each change says so, and a start by hand is not left noted', { skip }, async (context) => {
  const { world, home, scheduler } = await simulated(context);
  await scheduler.register(nightly);
  const denied = (error: unknown): boolean => hasCode(error, 'schedule/denied');
  for (const at of ['Register-ScheduledTask', 'Start-ScheduledTask', 'Unregister-ScheduledTask'])
    world.faults.push({ at, name: 'denied', times: 1 });
  await assert.rejects(scheduler.update(nightly), denied);
  await assert.rejects(scheduler.start('job-1'), denied);
  assert.equal(await takeStart(home, 'job-1'), null);
  await assert.rejects(scheduler.remove('job-1'), denied);
  await scheduler.start('job-1');
  assert.deepEqual(await takeStart(home, 'job-1'), { kind: 'run' });
  assert.equal(await takeStart(home, 'job-1'), null, 'a request is used up');
});

test('a task that somebody else put into the folder is not listed and not touched', { skip }, async (context) => {
  const { world, scheduler } = await simulated(context);
  await scheduler.register(nightly);
  const mine = [...world.tasks.values()][0]!;
  world.tasks.set('\\hostkeep\\theirs', { ...mine, name: 'theirs', description: 'Backup of somebody' });
  assert.deepEqual(
    (await scheduler.query()).map((job) => [job.id, job.name]),
    [['job-1', 'N\u00e4chtlich']],
  );
});

test('all jobs move to an account, or none; its password is in the keystore and nowhere else', { skip }, async (context) => {
  const kept = new Map<string, string>();
  const secrets: Secrets = {
    get: async (name) => kept.get(name),
    set: async (name, value) => void kept.set(name, value),
    delete: async (name) => void kept.delete(name),
  };
  const opened = openHome(await temporaryFolder(context));
  context.after(() => opened.close());
  const home = { ...opened, secrets };
  const account = async () => {
    const user = taskUser(home.state);
    return user === null ? null : { user, password: kept.get('task-account')! };
  };
  const { world, scheduler } = await simulated(context, { account });
  const change = { home, now: () => noon, scheduler };
  const book = jobBook(change);
  for (const name of ['One', 'Two'])
    await book.create({
      name,
      host: 'lab',
      selection: { kind: 'all' },
      repository: { path: '/repo', passphrase: { kind: 'keystore' } },
      schedule: { timeZone: 'UTC', recurrence: { kind: 'manual' } },
    });
  const accounts = (): readonly string[] => [...world.tasks.values()].map((task) => task.account);
  assert.deepEqual(accounts(), ['SYSTEM', 'SYSTEM']);
  const wanted = { user: 'FIRMA\\sicherung', password: 'pa$$"w`ord' };
  assert.equal(await changeTaskAccount(change, wanted), 2);
  assert.deepEqual(accounts(), [wanted.user, wanted.user]);
  assert.equal(taskUser(home.state), wanted.user);
  assert.doesNotMatch(JSON.stringify([...world.tasks.values()]), /pa\$\$/);
  // The first task is registered and the second is refused: both go back.
  world.faults.push({ at: 'Register-ScheduledTask', name: 'refused', times: 1 });
  const other = changeTaskAccount(change, { user: 'FIRMA\\anderer', password: 'x' });
  await assert.rejects(other, (error) => hasCode(error, 'schedule/account-refused'));
  assert.deepEqual(
    [taskUser(home.state), kept.get('task-account'), ...accounts()],
    [wanted.user, wanted.password, wanted.user, wanted.user],
  );
  for (const user of ['nobody', 'A\\b\\c', ' x\\y', '\\y', 'x@'])
    await assert.rejects(changeTaskAccount(change, { user, password: 'x' }), (error) => hasCode(error, 'input/invalid'), user);
  await changeTaskAccount(change, null);
  assert.deepEqual([taskUser(home.state), kept.size, ...accounts()], [null, 0, 'SYSTEM', 'SYSTEM']);
});
