/**
 * When a job's process is woken, in the local time of this computer. It is not the schedule: Task Scheduler knows no months through
 * its commands, nor holidays. So a trigger only wakes the job, and the woken process decides whether the job is due.
 */
export type WakeTimes =
  /** Every day at these times, `HH:MM`. */
  | { readonly kind: 'daily'; readonly at: readonly string[] }
  /** Round the clock, beginning at `from` (`HH:MM`). */
  | { readonly kind: 'interval'; readonly from: string; readonly minutes: number };

export interface ScheduledJob {
  /** Lower-case letters, digits and hyphens; what the process that starts is told. */
  readonly id: string;
  /** For people who look at the list of tasks. */
  readonly name: string;
  readonly enabled: boolean;
  /** Null: started by `start` only. */
  readonly wake: WakeTimes | null;
}

export interface ScheduledState extends ScheduledJob {
  readonly running: boolean;
  /** Milliseconds since 1970; null when there is none. */
  readonly nextWake: number | null;
  readonly lastStart: number | null;
  /** Exit code of the last start that ended; null before the first. */
  readonly lastResult: number | null;
}

/**
 * Starts jobs when nobody is there: Task Scheduler on Windows, timers of a living process elsewhere. Every form catches up one start
 * for any number that were missed, never runs a job twice at once, and sets no limit to how long a job may run.
 */
export interface Scheduler {
  /** @throws HostkeepError schedule/exists, schedule/denied, input/invalid */
  register(job: ScheduledJob): Promise<void>;
  /** Replaces what is known of the job. @throws HostkeepError schedule/not-found, schedule/denied, input/invalid */
  update(job: ScheduledJob): Promise<void>;
  /** All jobs of ours, by id. What others have scheduled is not listed. */
  query(): Promise<readonly ScheduledState[]>;
  /** A running job runs on; one that is not there is fine. @throws HostkeepError schedule/denied */
  remove(id: string): Promise<void>;
  /**
   * Starts the job now, due or not, enabled or not; resolves once it has been started. A job that runs already is not started again.
   * @throws HostkeepError schedule/not-found, schedule/running, schedule/denied
   */
  start(id: string): Promise<void>;
}
