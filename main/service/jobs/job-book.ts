/** Jobs as people make, change and pause them; the scheduler hears of every change. */
import { hasCode, jobDefinitionSchema, parseInput, type Job, type JobInput, type PlannedStart } from '#contract';
import { previewOf, timetableOf, wakeTimesOf } from '#engine/jobs';
import type { ScheduledJob, Scheduler } from '#engine/ports';
import type { Home } from '../home.ts';
import { listDrills } from '../state/drills.ts';
import {
  allPaused,
  changeJob,
  deleteJob,
  findJob,
  handledUntil,
  insertJob,
  listJobs,
  setAllPaused,
  setPaused,
} from '../state/jobs.ts';
import { clearAlertsOf } from '../state/alerts.ts';
import { markExcluded } from './mark-excluded.ts';

export interface JobBook {
  list(): readonly Job[];
  /** By id or name. @throws HostkeepError input/not-found */
  find(spec: string): Job;
  /** @throws HostkeepError job/exists, input/invalid, host/not-known */
  create(input: JobInput): Promise<Job>;
  /** Replaces what is given. @throws HostkeepError job/exists, input/invalid, input/not-found */
  edit(spec: string, change: Partial<JobInput>): Promise<Job>;
  /** Its restore points and runs stay. */
  remove(spec: string): Promise<Job>;
  pause(spec: string, paused: boolean): Promise<Job>;
  pauseAll(paused: boolean): Promise<void>;
  /** Registers every job and drill anew, and says how many. */
  tellAll(): Promise<number>;
  /** The next starts, first what is overdue. None while the job is paused. */
  preview(job: Job, count: number): readonly PlannedStart[];
}

export interface JobBookOptions {
  readonly home: Pick<Home, 'state' | 'newRunId' | 'hosts'>;
  readonly now: () => number;
  /** Undefined where a living process schedules: it looks at the state database by itself. */
  readonly scheduler?: Scheduler;
}

export function jobBook({ home, now, scheduler }: JobBookOptions): JobBook {
  const { state } = home;
  const tell = (job: Schedulable): Promise<void> => tellScheduler(scheduler, scheduledJob(job, allPaused(state)));
  const tellAll = async (): Promise<number> => {
    const all = [...listJobs(state), ...listDrills(state)];
    for (const one of all) await tell(one);
    return all.length;
  };
  const told = async (job: Job): Promise<Job> => {
    await tell(job);
    return job;
  };
  return {
    list: () => listJobs(state),
    find: (spec) => findJob(state, spec),
    async create(input) {
      const at = now();
      const definition = parseInput(jobDefinitionSchema, chosen(input, at));
      home.hosts.select(definition.host);
      return told(await markExcluded(home, insertJob(state, home.newRunId(), definition, at), at));
    },
    async edit(spec, change) {
      const { id, paused: _paused, createdAt: _createdAt, changedAt: _changedAt, ...before } = findJob(state, spec);
      const at = now();
      const definition = parseInput(jobDefinitionSchema, { ...before, ...chosen(change, at) });
      home.hosts.select(definition.host);
      return told(await markExcluded(home, changeJob(state, id, definition, at), at));
    },
    async remove(spec) {
      const job = findJob(state, spec);
      await scheduler?.remove(job.id);
      deleteJob(state, job.id);
      clearAlertsOf(state, job.id, now());
      return job;
    },
    async pause(spec, paused) {
      const { id } = findJob(state, spec);
      setPaused(state, id, paused, now());
      return told(findJob(state, id));
    },
    async pauseAll(paused) {
      setAllPaused(state, paused, now());
      await tellAll();
    },
    tellAll,
    preview(job, count) {
      if (job.paused || allPaused(state)) return [];
      return previewOf(timetableOf(job.schedule), { handledUntil: handledUntil(state, job.id), now: now(), count });
    },
  };
}

/** What is excluded by its index alone is what lies there now. What comes from a job keeps what the job knows of it, be it nothing. */
function chosen<Input extends Partial<JobInput>>(input: Input, now: number): Input {
  if (input.excludedDisks === undefined) return input;
  return { ...input, excludedDisks: input.excludedDisks.map((one) => ({ chosenAt: now, ...one })) };
}

/** A job, or a drill. */
type Schedulable = Pick<Job, 'id' | 'name' | 'paused' | 'schedule'>;

/** What changed of it, or all of it where the scheduler does not know it. */
export async function tellScheduler(scheduler: Scheduler | undefined, job: ScheduledJob): Promise<void> {
  try {
    await scheduler?.update(job);
  } catch (error) {
    if (!hasCode(error, 'schedule/not-found')) throw error;
    await scheduler?.register(job);
  }
}

/** What the scheduler is told of it. */
export function scheduledJob(job: Schedulable, paused: boolean): ScheduledJob {
  const machineZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { id: job.id, name: job.name, enabled: !job.paused && !paused, wake: wakeTimesOf(job.schedule, machineZone) };
}
