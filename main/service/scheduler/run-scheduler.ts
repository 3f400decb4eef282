/** The scheduler of a machine without Task Scheduler: a process that lives, knows the jobs of a home, and starts them when they wake. */
import { zoneOf } from '#engine/jobs';
import type { ScheduledJob } from '#engine/ports';
import type { Home } from '../home.ts';
import { scheduledJob } from '../jobs/job-book.ts';
import { startJobProcess, type Program } from '../start-run.ts';
import { throwUnlessAway } from '../state/database.ts';
import { listDrills } from '../state/drills.ts';
import { allPaused, listJobs } from '../state/jobs.ts';
import { inProcessScheduler, type Timers } from './in-process.ts';
import { systemTimers } from './system-timers.ts';

export interface SchedulerProcess {
  readonly home: Home;
  readonly program: Program;
  readonly signal: AbortSignal;
  /** Told of every start and end. */
  readonly note: (what: { readonly job: string; readonly name: string; readonly exitCode: number | null }) => void;
  readonly lookEveryMs?: number;
  /** Those of this computer when left out. */
  readonly timers?: Timers;
}

/** Clocks are slewed by less all the time. */
const noticedMs = 60_000;

/** Runs until the signal aborts. Jobs that were changed by others are seen within seconds. */
export async function runScheduler(options: SchedulerProcess): Promise<void> {
  const { home, program, signal, note } = options;
  const names = new Map<string, string>();
  const catchingUp = new Set<string>();
  const timers = options.timers ?? systemTimers;
  const scheduler = inProcessScheduler({
    timers,
    zone: zoneOf(new Intl.DateTimeFormat().resolvedOptions().timeZone),
    async launch(id, asked) {
      const name = names.get(id) ?? id;
      const byHand = asked && !catchingUp.delete(id);
      note({ job: id, name, exitCode: null });
      const exitCode = await startJobProcess({ home: home.path, program }, ['job', 'run', id, ...(byHand ? [] : ['--if-due'])]);
      note({ job: id, name, exitCode });
      return exitCode;
    },
  });
  const known = new Map<string, string>();
  let lookedAt = timers.now();
  const look = async (): Promise<void> => {
    const now = timers.now();
    const isPutBack = now < lookedAt - noticedMs;
    lookedAt = now;
    const jobs = [...listJobs(home.state), ...listDrills(home.state)].map((job) => scheduledJob(job, allPaused(home.state)));
    for (const gone of [...known.keys()].filter((id) => !jobs.some((job) => job.id === id))) {
      await scheduler.remove(gone);
      known.delete(gone);
    }
    for (const job of jobs) {
      await take(job);
      // Its next wake was reckoned by a clock that was ahead, and may be years away.
      if (isPutBack) await scheduler.update(job);
    }
  };
  /** A job that is new here may have been missed while no scheduler ran: its process finds out. */
  const take = async (job: ScheduledJob): Promise<void> => {
    const text = JSON.stringify(job);
    const before = known.get(job.id);
    names.set(job.id, job.name);
    if (before === text) return;
    known.set(job.id, text);
    if (before === undefined) await scheduler.register(job);
    else await scheduler.update(job);
    if (before !== undefined || !job.enabled || job.wake === null) return;
    catchingUp.add(job.id);
    await scheduler.start(job.id);
  };
  try {
    while (!signal.aborted) {
      // A state that is full or in use for too long is looked at again: a scheduler that ends starts nothing any more.
      await look().catch(throwUnlessAway);
      await untilAborted(options.lookEveryMs ?? 5_000, signal);
    }
  } finally {
    scheduler.close();
  }
}

function untilAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
