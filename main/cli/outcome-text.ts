import type { ErrorData, VmOutcome } from '#contract';
import { adviceOf } from './advice.ts';
import { wrapped } from './text.ts';

/** How a backup of one VM went: its point, and below it what there is to know, and to do. */
export function vmOutcomeText({ vm, result, point, consistency, fullReadReason, warnings, error }: VmOutcome): string {
  const made = point === null ? '' : `  restore point ${point}, ${consistency} consistency`;
  const read = fullReadReason === null ? [] : [`everything was read: ${fullReadReason}`];
  return [`${vm}: ${result}${made}`, ...[...read, ...warnings, ...errorLines(error)].flatMap(indented)].join('\n');
}

/** What went wrong, and what to do. */
export function errorLines(error: ErrorData | null): readonly string[] {
  return error === null ? [] : [error.message, adviceOf(error)];
}

function indented(note: string): readonly string[] {
  return wrapped(note, 76).map((part) => `  ${part}`);
}
