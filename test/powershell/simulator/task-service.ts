/** What Task Scheduler does with its tasks, on a clock that a test moves. */
export interface TaskTrigger {
  readonly Kind: 'Daily' | 'Weekly' | 'Once';
  /** Local time, yyyy-MM-ddTHH:mm:ss. */
  readonly At: string;
  readonly Repetition: { readonly Minutes: number; readonly DurationMinutes: number } | null;
}

export interface Task {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly command: string;
  readonly triggers: readonly TaskTrigger[];
  readonly catchesUp: boolean;
  readonly overlap: string;
  readonly limitSeconds: number;
  readonly account: string;
  readonly runLevel: string;
  running: boolean;
  lastStart: number | null;
  lastResult: number | null;
}

export const taskKey = (path: string, name: string): string => `${path}${name}`.toLowerCase();

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

export interface TaskService {
  now(): number;
  start(task: Task): void;
  nextRun(task: Task): number | null;
  pass(minutes: number): void;
  sleep(minutes: number): void;
  readonly starts: string[];
}

export function taskService(tasks: ReadonlyMap<string, Task>, begin: number): TaskService {
  let now = begin;
  const starts: string[] = [];
  const start = (task: Task): void => {
    if (task.running && task.overlap !== 'Parallel') return;
    task.running = true;
    task.lastStart = now;
    starts.push(task.name);
  };
  const hit = (task: Task, instant: number): boolean => task.triggers.some((trigger) => fires(trigger, instant));
  return {
    now: () => now,
    start,
    starts,
    nextRun(task) {
      for (let ahead = 1; ahead <= 2 * dayMinutes; ahead += 1) {
        const instant = Math.floor(now / minuteMs) * minuteMs + ahead * minuteMs;
        if (hit(task, instant)) return instant;
      }
      return null;
    },
    pass(minutes) {
      for (let minute = 0; minute < minutes; minute += 1) {
        now += minuteMs;
        for (const task of tasks.values()) if (hit(task, now)) start(task);
      }
    },
    sleep(minutes) {
      const from = now;
      now += minutes * minuteMs;
      for (const task of tasks.values()) {
        const missed = Array.from({ length: minutes }, (_, minute) => from + (minute + 1) * minuteMs).some((one) =>
          hit(task, one),
        );
        if (missed && task.catchesUp) start(task);
      }
    },
  };
}

function fires({ Kind, At, Repetition }: TaskTrigger, instant: number): boolean {
  const begin = new Date(At).getTime();
  if (instant < begin) return false;
  const wall = new Date(instant);
  const first = new Date(begin);
  const since = (wall.getHours() - first.getHours()) * 60 + wall.getMinutes() - first.getMinutes();
  const inDay = ((since % dayMinutes) + dayMinutes) % dayMinutes;
  if (Kind !== 'Daily') throw new Error(`the simulation has no ${Kind} trigger`);
  if (Repetition === null) return inDay === 0;
  return inDay < Repetition.DurationMinutes && inDay % Repetition.Minutes === 0;
}
