import type { SharedState } from './shared-state.ts';

/** Task numbers below `end` as they are claimed, a few neighbours at a time, until there are no more or the run is stopped. */
export function* claimedTasks(state: SharedState, end: number, atOnce: number): Iterable<number> {
  for (let first = state.claim(end, atOnce); first !== undefined; first = state.claim(end, atOnce)) {
    for (let task = first; task < Math.min(first + atOnce, end) && !state.stopped(); task += 1) yield task;
  }
}
