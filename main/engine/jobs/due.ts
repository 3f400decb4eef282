import { startsOf, type Timetable } from './calendar/timetable.ts';

/** Whether a job is to be started now. */
export type Decision =
  | {
      readonly due: true;
      /** Occurrences that this start answers, oldest first. */
      readonly answers: readonly number[];
      /** Those that should have been started earlier and were not. */
      readonly missed: readonly number[];
    }
  /** `next`: when to look again; null for never. */
  | { readonly due: false; readonly next: number | null };

/** A start so late is a missed one that is caught up. Wakes come every hour at most, and a machine may be slow to wake. */
export const missedAfterMs = 90 * 60 * 1000;

/**
 * Decides when woken at `now`. However many occurrences went by since `handledUntil`, one start answers them all: after it the caller
 * keeps `now` as the new `handledUntil`.
 */
export function decide(timetable: Timetable, state: { readonly handledUntil: number; readonly now: number }): Decision {
  const { now } = state;
  const { value: first } = startsOf(timetable, state).next();
  if (first === undefined) return { due: false, next: null };
  if (first.at > now) return { due: false, next: first.at };
  return { due: true, answers: first.due, missed: missedOf(timetable, first.due, now) };
}

/** Occurrences after `handledUntil` that should have been started long before `now`. */
export function missedSince(
  timetable: Timetable,
  state: { readonly handledUntil: number; readonly now: number },
): readonly number[] {
  const { nextOccurrence } = timetable;
  const found: number[] = [];
  let occurrence = nextOccurrence(state.handledUntil);
  while (occurrence !== undefined && occurrence <= state.now && found.length < 1000) {
    found.push(occurrence);
    occurrence = nextOccurrence(occurrence);
  }
  return missedOf(timetable, found, state.now);
}

/** An occurrence that a window held is not late before the window opened. One start answers all that were held for it. */
function missedOf(timetable: Timetable, occurrences: readonly number[], now: number): readonly number[] {
  return occurrences.filter((occurrence) => (timetable.firstAllowed(occurrence) ?? now) + missedAfterMs < now);
}
