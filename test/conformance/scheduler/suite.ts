import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { hasCode, type ErrorCode } from '#contract';
import type { ScheduledJob, Scheduler } from '#engine/ports';

/** A scheduler on a clock that the suite moves. It begins at 12:00 on 2 March 2026 on this computer's wall clock. */
export interface SchedulerUnderTest {
  readonly scheduler: Scheduler;
  /** Milliseconds since 1970. */
  now(): number;
  /** So many minutes go by while the computer is awake; what is due in them happens. */
  pass(minutes: number): Promise<void>;
  /** The computer is off, or asleep, for so many minutes; then it is awake again and catches up. */
  sleep(minutes: number): Promise<void>;
  /** Ids of the jobs that were started so far, in order. */
  starts(): readonly string[];
  /** The job's process ends. */
  end(id: string, exitCode: number): Promise<void>;
}

const hourly: ScheduledJob = {
  id: 'job-1',
  name: 'Nightly',
  enabled: true,
  wake: { kind: 'interval', from: '00:30', minutes: 60 },
};
const codes = (code: ErrorCode) => (error: unknown) => hasCode(error, code) || assert.fail(String(error));

/** What every Scheduler promises; the same assertions for timers in a process and for Task Scheduler. */
export function schedulerConformance(name: string, make: (context: TestContext) => Promise<SchedulerUnderTest>): void {
  test(`${name}: a job is started on its grid, round the clock, as long as it is enabled`, async (context) => {
    const under = await make(context);
    const { scheduler } = under;
    await scheduler.register(hourly);
    const [state] = await scheduler.query();
    assert.deepEqual(
      { ...state, nextWake: state!.nextWake! - under.now() },
      {
        ...hourly,
        running: false,
        nextWake: 30 * 60_000,
        lastStart: null,
        lastResult: null,
      },
    );
    await under.pass(29);
    assert.deepEqual(under.starts(), []);
    await under.pass(2);
    assert.deepEqual(under.starts(), ['job-1']);
    assert.equal((await scheduler.query())[0]?.running, true);
    await under.end('job-1', 3);
    const ended = (await scheduler.query())[0]!;
    assert.deepEqual([ended.running, ended.lastResult], [false, 3]);
    assert.ok(ended.lastStart !== null && Math.abs(under.now() - 60_000 - ended.lastStart) <= 60_000);
    await scheduler.update({ ...hourly, enabled: false });
    await under.pass(180);
    assert.equal(under.starts().length, 1, 'a paused job sleeps');
    assert.equal((await scheduler.query())[0]?.nextWake, null);
    await scheduler.update(hourly);
    await under.pass(60);
    assert.equal(under.starts().length, 2);
  });

  test(`${name}: daily times are met every day, and a job without times only when somebody starts it`, async (context) => {
    const under = await make(context);
    await under.scheduler.register({ ...hourly, id: 'daily', wake: { kind: 'daily', at: ['11:00', '22:30'] } });
    await under.scheduler.register({ ...hourly, id: 'manual', wake: null });
    for (let half = 0; half < 96; half += 1) {
      await under.pass(30);
      if ((await under.scheduler.query()).some((job) => job.running)) await under.end('daily', 0);
    }
    assert.deepEqual(under.starts(), ['daily', 'daily', 'daily', 'daily']);
    await under.scheduler.start('manual');
    assert.equal(under.starts().at(-1), 'manual');
  });

  test(`${name}: however long the computer was off, one start catches up`, async (context) => {
    const under = await make(context);
    await under.scheduler.register(hourly);
    await under.sleep(7 * 60 + 10);
    assert.deepEqual(under.starts(), ['job-1']);
    await under.end('job-1', 0);
    await under.pass(60);
    assert.deepEqual(under.starts(), ['job-1', 'job-1'], 'and the grid goes on');
  });

  test(`${name}: a job never runs twice at once, and one that was started by hand counts`, async (context) => {
    const under = await make(context);
    const { scheduler } = under;
    await scheduler.register(hourly);
    await scheduler.start('job-1');
    await assert.rejects(scheduler.start('job-1'), codes('schedule/running'));
    await under.pass(200);
    assert.deepEqual(under.starts(), ['job-1']);
    await under.end('job-1', 0);
    await under.pass(60);
    assert.equal(under.starts().length, 2);
    await scheduler.update({ ...hourly, enabled: false });
    await under.end('job-1', 0);
    await scheduler.start('job-1');
    assert.equal(under.starts().length, 3, 'a paused job can be started by hand');
  });

  test(`${name}: names what is wrong, and removing what is not there is fine`, async (context) => {
    const { scheduler } = await make(context);
    await scheduler.register(hourly);
    await scheduler.register({ ...hourly, id: 'job-0' });
    assert.deepEqual(
      (await scheduler.query()).map((job) => job.id),
      ['job-0', 'job-1'],
    );
    await assert.rejects(scheduler.register(hourly), codes('schedule/exists'));
    await assert.rejects(scheduler.update({ ...hourly, id: 'job-2' }), codes('schedule/not-found'));
    await assert.rejects(scheduler.start('job-2'), codes('schedule/not-found'));
    await assert.rejects(scheduler.register({ ...hourly, id: '..\\x' }), codes('input/invalid'));
    await assert.rejects(scheduler.update({ ...hourly, wake: { kind: 'daily', at: ['25:00'] } }), codes('input/invalid'));
    await scheduler.remove('job-1');
    await scheduler.remove('job-1');
    assert.deepEqual(
      (await scheduler.query()).map((job) => job.id),
      ['job-0'],
    );
  });
}
