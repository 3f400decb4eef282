import { nothing } from '../answer.ts';
import type { Operation } from '../operation.ts';

export interface EventEntry {
  readonly source: string;
  readonly level: 'Information' | 'Warning' | 'Error';
  /** 1 to 65535; what monitoring systems filter by. */
  readonly id: number;
  readonly text: string;
}

/** An entry in the Application log of this computer. Its commands are those of Windows PowerShell; PowerShell 7 has none. */
export const writeEvent: Operation<EventEntry, void> = {
  name: 'write-event',
  timeoutMs: 60_000,
  failures: ['notify/event-log-refused'],
  answer: nothing,
};
