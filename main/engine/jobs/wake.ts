import type { Schedule } from '#contract';
import type { WakeTimes } from '#engine/ports';

const steps = [30, 15, 10, 5, 3, 2, 1] as const;
/** Clocks jump by multiples of half an hour, and zones differ by multiples of a quarter. */
const jumpMinutes = 30;
const zoneMinutes = 15;

/**
 * When to wake a job so that no start of its schedule is passed over: a grid that holds every minute at which it could start. The
 * grid goes round the clock, so daylight saving, other zones and a machine that was off cost nothing but a look. Only a start that the
 * clock skips may be found up to half an hour after the skip: with the start that follows, if that has come by then, and if its window
 * has closed by then, when it opens again.
 */
export function wakeTimesOf(schedule: Schedule, machineZone: string): WakeTimes | null {
  if (schedule.recurrence.kind === 'manual') return null;
  const minutes = [...minutesOf(schedule)];
  const first = minutes[0] ?? 0;
  minutes.push(first + (schedule.timeZone === machineZone ? jumpMinutes : zoneMinutes));
  const step = steps.find((candidate) => minutes.every((minute) => (minute - first) % candidate === 0)) ?? 1;
  return { kind: 'interval', from: `00:${String(first % step).padStart(2, '0')}`, minutes: step };
}

/** Every minute of an hour at which something can begin: occurrences, windows that open, blackouts that end. */
function* minutesOf({ recurrence, windows, blackouts }: Schedule): Generator<number> {
  if (recurrence.kind === 'hourly') yield minuteOf(recurrence.from);
  else if (recurrence.kind !== 'manual') yield* recurrence.times.map(minuteOf);
  yield* windows.map((window) => minuteOf(window.from));
  for (const blackout of blackouts) yield minuteOf(blackout.kind === 'weekly' ? blackout.during.to : blackout.to.slice(11));
}

function minuteOf(time: string): number {
  return Number(time.slice(3, 5));
}
