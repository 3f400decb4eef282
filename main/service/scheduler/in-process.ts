/**
 * The Scheduler inside a living process: timers instead of Task Scheduler. What it knows is gone with the process, so that whoever
 * makes it registers the jobs anew. It only wakes jobs: the process it starts decides whether the job is due.
 */
import { HostkeepError } from '#contract';
import type { ScheduledJob, ScheduledState, Scheduler } from '#engine/ports';
import type { Zone } from '#engine/jobs';
import { nextWake } from './next-wake.ts';

/** Time as a scheduler needs it. */
export interface Timers {
  now(): number;
  /** Does something at an instant, or as soon after as this computer is awake; returns how to call it off. */
  at(instant: number, act: () => void): () => void;
}

export interface InProcessOptions {
  readonly timers: Timers;
  /** Of this computer. */
  readonly zone: Zone;
  /** Starts the job's process, and resolves to its exit code once it has ended. `asked`: not by the schedule but by somebody. */
  launch(id: string, asked: boolean): Promise<number>;
}

export interface InProcessScheduler extends Scheduler {
  /** Calls off all wakes; what runs runs on. */
  close(): void;
}

interface Entry {
  job: ScheduledJob;
  running: boolean;
  nextWake: number | null;
  lastStart: number | null;
  lastResult: number | null;
  callOff: () => void;
}

const nothing = (): void => undefined;
/** What a process that could not be started at all counts as. */
const notStarted = 1;

export function inProcessScheduler(options: InProcessOptions): InProcessScheduler {
  const { timers, zone } = options;
  const entries = new Map<string, Entry>();

  const found = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry === undefined) throw new HostkeepError('schedule/not-found', { job: id });
    return entry;
  };
  const launch = (entry: Entry, asked: boolean): void => {
    entry.running = true;
    entry.lastStart = timers.now();
    const ended = (code: number): void => {
      entry.running = false;
      entry.lastResult = code;
    };
    options.launch(entry.job.id, asked).then(ended, () => ended(notStarted));
  };
  const arm = (entry: Entry): void => {
    entry.callOff();
    entry.callOff = nothing;
    entry.nextWake = null;
    const { wake, enabled } = entry.job;
    if (wake === null || !enabled) return;
    const next = nextWake(wake, zone, timers.now());
    entry.nextWake = next;
    entry.callOff = timers.at(next, () => {
      // A wake while the job runs is no second run: the next wake looks again.
      if (!entry.running) launch(entry, false);
      arm(entry);
    });
  };
  const place = (job: ScheduledJob, entry: Entry): void => {
    checkJob(job);
    entry.job = job;
    arm(entry);
  };
  return {
    async register(job) {
      if (entries.has(job.id)) throw new HostkeepError('schedule/exists', { job: job.id });
      const entry: Entry = { job, running: false, nextWake: null, lastStart: null, lastResult: null, callOff: nothing };
      place(job, entry);
      entries.set(job.id, entry);
    },
    update: async (job) => place(job, found(job.id)),
    query: async () => [...entries.values()].map(stateOf).sort((a, b) => (a.id < b.id ? -1 : 1)),
    async remove(id) {
      entries.get(id)?.callOff();
      entries.delete(id);
    },
    async start(id) {
      const entry = found(id);
      if (entry.running) throw new HostkeepError('schedule/running', { job: id });
      launch(entry, true);
    },
    close() {
      for (const entry of entries.values()) entry.callOff();
    },
  };
}

function stateOf({ job, running, nextWake, lastStart, lastResult }: Entry): ScheduledState {
  return { ...job, running, nextWake, lastStart, lastResult };
}

/** @throws HostkeepError input/invalid */
function checkJob({ id, wake }: ScheduledJob): void {
  if (!/^[a-z0-9-]{1,64}$/.test(id)) throw new HostkeepError('input/invalid', { id });
  if (wake === null) return;
  const times = wake.kind === 'daily' ? wake.at : [wake.from];
  const wrong = times.find((time) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(time));
  if (wrong !== undefined || times.length === 0) throw new HostkeepError('input/invalid', { time: wrong ?? '' });
  if (wake.kind === 'interval' && !(Number.isInteger(wake.minutes) && wake.minutes >= 1 && wake.minutes <= 1440))
    throw new HostkeepError('input/invalid', { minutes: wake.minutes });
}
