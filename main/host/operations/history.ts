import { nullable, object, optional } from 'valibot';
import { count } from '#contract';
import { list, text } from '../answer.ts';
import type { Operation } from '../operation.ts';

export interface History {
  readonly events: readonly { readonly log: string; readonly id: number; readonly at: string; readonly text: string }[];
  /** VSS_WRITER_STATE of the Hyper-V writer; null when it is not there or was not asked for. */
  readonly writerState: number | null;
}

export const history: Operation<{ readonly days: number; readonly writers: boolean }, History> = {
  name: 'history',
  timeoutMs: 2 * 60_000,
  failures: [],
  answer: object({
    events: list(object({ log: text, id: count, at: text, text })),
    writerState: optional(nullable(count), null),
  }),
};
