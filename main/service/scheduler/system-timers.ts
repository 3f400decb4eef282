import type { Timers } from './in-process.ts';

/** A timer is set for no longer than this: a computer that slept finds out soon, and the clock may be set meanwhile. */
const longestMs = 30_000;

export const systemTimers: Timers = {
  now: () => Date.now(),
  at(instant, act) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = instant - Date.now();
      if (left <= 0) act();
      else timer = setTimeout(wait, Math.min(left, longestMs));
    };
    timer = setTimeout(wait, Math.max(0, Math.min(instant - Date.now(), longestMs)));
    return () => clearTimeout(timer);
  },
};
