import type { FileTimes } from '../file-system.ts';
import type { FatEntry } from './entries.ts';

const nanosecondsPerMillisecond = 1_000_000n;

/**
 * [FAT] "Date and Time Formats": local time of whoever wrote it, without saying where that was. It is taken for UTC, so that the
 * same disk gives the same times everywhere.
 */
export function fatTime(date: number, time: number, hundredths = 0): number | null {
  const [year, month, day] = [1980 + (date >>> 9), (date >>> 5) & 15, date & 31];
  if (month < 1 || month > 12 || day < 1) return null;
  const seconds = (time & 31) * 2;
  return Date.UTC(year, month - 1, day, time >>> 11, (time >>> 5) & 63, seconds) + hundredths * 10;
}

export function modifiedOf(entry: FatEntry): number | null {
  return fatTime(entry.raw.readUInt16LE(24), entry.raw.readUInt16LE(22));
}

export function timesOf(entry: FatEntry): FileTimes {
  const { raw } = entry;
  const nanoseconds = (value: number | null): bigint | null =>
    value === null ? null : BigInt(value) * nanosecondsPerMillisecond;
  return {
    created: nanoseconds(fatTime(raw.readUInt16LE(16), raw.readUInt16LE(14), raw[13])),
    modified: nanoseconds(modifiedOf(entry)),
    accessed: nanoseconds(fatTime(raw.readUInt16LE(18), 0)),
    changed: null,
  };
}
