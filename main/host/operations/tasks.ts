import { nullable, object, optional, pipe, transform } from 'valibot';
import { count } from '#contract';
import { flag, list, nothing, text, time } from '../answer.ts';
import type { Operation } from '../operation.ts';

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
  answer: nothing,
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
  answer: pipe(
    object({
      tasks: list(
        object({
          id: text,
          note: text,
          running: flag,
          nextWake: time,
          lastStart: time,
          lastResult: optional(nullable(count), null),
        }),
      ),
    }),
    transform(({ tasks }) => tasks),
  ),
};

export const removeTask: Operation<{ readonly id: string }, void> = {
  name: 'remove-task',
  timeoutMs: 2 * minutes,
  failures: ['host/access-denied'],
  answer: nothing,
};

export const startTask: Operation<{ readonly id: string }, void> = {
  name: 'start-task',
  timeoutMs: 2 * minutes,
  failures: ['schedule/not-found', 'schedule/running', 'host/access-denied'],
  answer: nothing,
};
