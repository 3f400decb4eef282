import { HostkeepError } from '#contract';

/** Reads `--since`: a day, or a day with a time, local where it says nothing else. @throws HostkeepError input/invalid */
export function sinceOption(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}([T ].*)?$/.test(text)
    ? Date.parse(text.length === 10 ? `${text}T00:00:00` : text)
    : Number.NaN;
  if (Number.isNaN(time) || time < 0) throw new HostkeepError('input/invalid', { since: text, why: 'a date as 2026-10-31' });
  return time;
}
