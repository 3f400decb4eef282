import type { Operation } from '../operation.ts';
import { fieldsOf, flagOf, listOf, textOf } from '../values.ts';

const minutes = 60_000;

export interface TaskWanted {
  readonly id: string;
  readonly note: string;
  readonly replace: boolean;
  readonly execute: string;
  readonly argument: string;
  readonly folder: string;
  /** Begin of a daily grid, in local time; 0 minutes is once a day. */
  readonly triggers: readonly { readonly from: string; readonly minutes: number }[];
  /** Null: SYSTEM. */
  readonly account: string | null;
  readonly password: string | null;
}

export const registerTask: Operation<TaskWanted, void> = {
  name: 'register-task',
  timeoutMs: 2 * minutes,
  failures: ['schedule/exists', 'schedule/not-found', 'host/access-denied', 'schedule/account-refused'],
  parse: () => undefined,
};

export interface TaskAnswer {
  readonly id: string;
  readonly note: string;
  readonly running: boolean;
  readonly nextWake: number | null;
  readonly lastStart: number | null;
  readonly lastResult: number | null;
}

export const queryTasks: Operation<Record<string, never>, readonly TaskAnswer[]> = {
  name: 'query-tasks',
  timeoutMs: 2 * minutes,
  failures: ['host/access-denied'],
  parse: (value) =>
    listOf(fieldsOf(value, 'query-tasks')['tasks'], 'tasks').map((one) => {
      const task = fieldsOf(one, 'task');
      return {
        id: textOf(task['id'], 'id'),
        note: textOf(task['note'], 'note'),
        running: flagOf(task['running'], 'running'),
        nextWake: timeOf(task['nextWake']),
        lastStart: timeOf(task['lastStart']),
        lastResult: typeof task['lastResult'] === 'number' ? task['lastResult'] : null,
      };
    }),
};

function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? time : null;
}

export const removeTask: Operation<{ readonly id: string }, void> = {
  name: 'remove-task',
  timeoutMs: 2 * minutes,
  failures: ['host/access-denied'],
  parse: () => undefined,
};

export const startTask: Operation<{ readonly id: string }, void> = {
  name: 'start-task',
  timeoutMs: 2 * minutes,
  failures: ['schedule/not-found', 'schedule/running', 'host/access-denied'],
  parse: () => undefined,
};
