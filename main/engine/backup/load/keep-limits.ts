import type { LimitsNow } from '#engine/jobs';
import { noLimits, type ReadLoad } from './read-load.ts';

export const unlimited = (): LimitsNow => ({ vmsAtOnce: 1, ...noLimits });

const everyMs = 5_000;

/** Holds a run's reads to what its limits are at the moment: working hours may begin and end while it goes on. */
export function keepLimits(load: ReadLoad, limits: () => LimitsNow): { stop(): void } {
  let last = limits();
  load.setLimits(last);
  const timer = setInterval(() => {
    const now = limits();
    if (now.bytesPerSecond === last.bytesPerSecond && now.latencyMs === last.latencyMs) return;
    last = now;
    load.setLimits(now);
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
