import type { Operation } from '../operation.ts';
import { fieldsOf, listOf, numberOf, textOf } from '../values.ts';

export interface History {
  readonly events: readonly { readonly log: string; readonly id: number; readonly at: string; readonly text: string }[];
  /** VSS_WRITER_STATE of the Hyper-V writer; null when it is not there or was not asked for. */
  readonly writerState: number | null;
}

export const history: Operation<{ readonly days: number; readonly writers: boolean }, History> = {
  name: 'history',
  timeoutMs: 2 * 60_000,
  failures: [],
  parse(value) {
    const from = fieldsOf(value, 'history');
    return {
      events: listOf(from['events'], 'events').map((one) => {
        const event = fieldsOf(one, 'event');
        return {
          log: textOf(event['log'], 'log'),
          id: numberOf(event['id'], 'id'),
          at: textOf(event['at'], 'at'),
          text: textOf(event['text'], 'text'),
        };
      }),
      writerState: typeof from['writerState'] === 'number' ? from['writerState'] : null,
    };
  },
};
