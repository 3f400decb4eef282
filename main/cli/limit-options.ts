/** Options that say how hard the host may be loaded, and what they mean. */
import type { Command } from 'commander';
import { HostkeepError } from '#contract';

export interface LimitFlags {
  readonly rate?: string;
  readonly latency?: string;
}

export function withLimitOptions(command: Command): Command {
  return command
    .option('--rate <mib>', 'read no more than so many MiB a second from the host; "none" for no limit')
    .option('--latency <ms>', 'rest while a read of the host takes longer than this on average; "none" for no limit');
}

/** Null for `none`; undefined for what was not given. @throws HostkeepError input/invalid */
export function rateOf(text: string | undefined, option = 'rate'): number | null | undefined {
  const mib = numberOrNone(text, option);
  return mib === null || mib === undefined ? mib : Math.round(mib * 1024 * 1024);
}

/** @throws HostkeepError input/invalid */
export function latencyOf(text: string | undefined, option = 'latency'): number | null | undefined {
  return numberOrNone(text, option);
}

function numberOrNone(text: string | undefined, option: string): number | null | undefined {
  if (text === undefined) return undefined;
  if (text.toLowerCase() === 'none') return null;
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new HostkeepError('input/invalid', { [option]: text, why: 'a number above 0, or none' });
  return value;
}
