/** The Scheduler port's Windows form: one task of Task Scheduler per job, in the folder \Hostkeep. */
import { array, boolean, literal, nullable, number, object, string, variant } from 'valibot';
import { acceptJson, hasCode, HostkeepError, type RunId, type Schema } from '#contract';
import type { Clock, ScheduledJob, ScheduledState, Scheduler, WakeTimes } from '#engine/ports';
import { callHost } from './operation.ts';
import { queryTasks, registerTask, removeTask, startTask, type TaskAnswer, type TaskWanted } from './operations/tasks.ts';
import type { PowerShell } from './powershell.ts';
import { asksForStart, withdrawStart, type StartRequest } from './start-request.ts';

export interface TaskSchedulerOptions {
  /** On this computer: jobs run where Hostkeep is installed. */
  readonly shell: PowerShell;
  readonly clock: Pick<Clock, 'now'>;
  /** The headless command line, and what comes before the job's id: a task cannot be told at its start why it was started. */
  readonly program: string;
  readonly parameters: (id: string) => readonly string[];
  readonly folder: string;
  /** Home folder: a start by hand is noted there for the process that starts. */
  readonly home: string;
  /** Null: SYSTEM, which reaches shares as the computer's account. */
  readonly account: () => Promise<{ readonly user: string; readonly password: string } | null>;
}

export interface CheckingScheduler extends Scheduler {
  /** Starts the job's task for a look only: as its account, whether it could do its work. The answer is the run of this id. */
  startCheck(id: string, run: RunId): Promise<void>;
}

export function taskScheduler(options: TaskSchedulerOptions): CheckingScheduler {
  const { shell, home } = options;
  const start = async (id: string, request: StartRequest): Promise<void> => {
    checkedId(id);
    await asksForStart(home, id, request);
    try {
      await told(id, () => callHost(shell, startTask, { id }));
    } catch (error) {
      await withdrawStart(home, id);
      throw error;
    }
  };
  const place = async (job: ScheduledJob, replace: boolean): Promise<void> => {
    checkJob(job);
    await told(job.id, async () => callHost(shell, registerTask, await taskOf(options, job, replace)));
  };
  return {
    register: (job) => place(job, false),
    update: (job) => place(job, true),
    async query() {
      const tasks = await told('', () => callHost(shell, queryTasks, {}));
      return tasks.flatMap((task) => stateOf(task) ?? []).sort((left, right) => (left.id < right.id ? -1 : 1));
    },
    remove: (id) => told(id, () => callHost(shell, removeTask, { id: checkedId(id) })),
    start: (id) => start(id, { kind: 'run' }),
    startCheck: (id, run) => start(id, { kind: 'check', run }),
  };
}

async function taskOf(options: TaskSchedulerOptions, job: ScheduledJob, replace: boolean): Promise<TaskWanted> {
  const { program, folder, parameters, clock } = options;
  const account = await options.account();
  // A disabled task could not be started by hand: a paused job has no triggers instead.
  const triggers = job.wake === null || !job.enabled ? [] : triggersOf(job.wake, clock.now());
  return {
    id: job.id,
    note: noteOf(job),
    replace,
    execute: program,
    argument: parameters(job.id).map(quoted).join(' '),
    folder,
    triggers,
    account: account?.user ?? null,
    password: account?.password ?? null,
  };
}

/** As the C runtime of Windows takes a command line apart. */
function quoted(parameter: string): string {
  if (/^[^\s"]+$/.test(parameter)) return parameter;
  return `"${parameter.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/**
 * Each grid begins with its last start before now, so that it is under way at once. Should Task Scheduler take that for a missed
 * start, the woken process finds that nothing is due.
 */
function triggersOf(wake: WakeTimes, now: number): TaskWanted['triggers'] {
  if (wake.kind === 'daily') return wake.at.map((time) => ({ from: localText(latest(time, now)), minutes: 0 }));
  return [{ from: localText(latest(wake.from, now)), minutes: wake.minutes }];
}

function latest(time: string, now: number): Date {
  const at = new Date(now);
  at.setHours(Number(time.slice(0, 2)), Number(time.slice(3, 5)), 0, 0);
  if (at.getTime() > now) at.setDate(at.getDate() - 1);
  return at;
}

function localText(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:00`;
}

/** The description of the task: a sentence for people, and on the last line what `query` reads again. */
function noteOf({ id, name, enabled, wake }: ScheduledJob): string {
  return `Hostkeep job "${name}". Change it in Hostkeep, not here.\n${JSON.stringify({ id, name, enabled, wake })}`;
}

/** Undefined for a task that is none of ours, whoever put it into our folder. */
function stateOf({ id, note, running, nextWake, lastStart, lastResult }: TaskAnswer): ScheduledState | undefined {
  try {
    const job = acceptJson(noteSchema, note.slice(note.lastIndexOf('\n') + 1), { code: 'state/damaged', details: { task: id } });
    if (job.id !== id) return undefined;
    checkJob(job);
    return { ...job, running, nextWake, lastStart, lastResult };
  } catch (error) {
    if (hasCode(error, 'state/damaged', 'input/invalid')) return undefined;
    throw error;
  }
}

const noteSchema: Schema<ScheduledJob> = object({
  id: string(),
  name: string(),
  enabled: boolean(),
  wake: nullable(
    variant('kind', [
      object({ kind: literal('daily'), at: array(string()) }),
      object({ kind: literal('interval'), from: string(), minutes: number() }),
    ]),
  ),
});

function checkedId(id: string): string {
  if (!/^[a-z0-9-]{1,64}$/.test(id)) throw new HostkeepError('input/invalid', { id });
  return id;
}

function checkJob({ id, wake }: ScheduledJob): void {
  checkedId(id);
  if (wake === null) return;
  const times = wake.kind === 'daily' ? wake.at : [wake.from];
  const wrong = times.find((time) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(time));
  if (wrong !== undefined || times.length === 0 || times.length > 48)
    throw new HostkeepError('input/invalid', { time: wrong ?? '' });
  if (wake.kind === 'interval' && !(Number.isInteger(wake.minutes) && wake.minutes >= 1 && wake.minutes <= 1440))
    throw new HostkeepError('input/invalid', { minutes: wake.minutes });
}

async function told<Result>(job: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (hasCode(error, 'host/access-denied')) throw new HostkeepError('schedule/denied', { job }, error);
    throw error;
  }
}
