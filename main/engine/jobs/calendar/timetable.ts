import type { PlannedStart, Schedule } from '#contract';
import { firstAllowedOf, type FirstAllowed } from './allowed.ts';
import { occurrencesOf, type NextOccurrence } from './occurrences.ts';
import { localText, zoneOf, type Zone } from './zone.ts';

/** A schedule, reckoned. */
export interface Timetable {
  readonly zone: Zone;
  readonly nextOccurrence: NextOccurrence;
  readonly firstAllowed: FirstAllowed;
}

export interface Start {
  readonly at: number;
  /** The occurrences that it answers, oldest first. */
  readonly due: readonly number[];
}

/** No list of occurrences gets longer: who was away for years need not be told of every hour. */
const listedAtMost = 1000;

export function timetableOf(schedule: Schedule): Timetable {
  const zone = zoneOf(schedule.timeZone);
  return { zone, nextOccurrence: occurrencesOf(schedule.recurrence, zone), firstAllowed: firstAllowedOf(schedule, zone) };
}

/**
 * The starts that come, in order, when occurrences up to and including `handledUntil` are answered and nobody looks before `now`.
 * What came due before `now` is answered by one start. A schedule that no window ever lets start yields nothing.
 */
export function* startsOf(timetable: Timetable, from: { readonly handledUntil: number; readonly now: number }): Generator<Start> {
  const { nextOccurrence, firstAllowed } = timetable;
  let occurrence = nextOccurrence(from.handledUntil);
  while (occurrence !== undefined) {
    const at = firstAllowed(Math.max(occurrence, from.now));
    if (at === undefined) return;
    const due: number[] = [];
    while (occurrence !== undefined && occurrence <= at) {
      if (due.length < listedAtMost) due.push(occurrence);
      else due.splice(-1, 1, occurrence);
      occurrence = nextOccurrence(occurrence);
    }
    yield { at, due };
  }
}

export function previewOf(
  timetable: Timetable,
  from: { readonly handledUntil: number; readonly now: number; readonly count: number },
): readonly PlannedStart[] {
  const planned: PlannedStart[] = [];
  for (const { at, due } of startsOf(timetable, from)) {
    if (planned.length >= from.count) break;
    planned.push({
      at: new Date(at).toISOString(),
      local: localText(timetable.zone, at),
      due: due.map((one) => new Date(one).toISOString()),
    });
  }
  return planned;
}
