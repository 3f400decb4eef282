/** Numbers, sizes and times as people of the chosen language write them. */
import { locale } from '../i18n.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${units[unit]}`;
}

export function numberText(value: number): string {
  return value.toLocaleString(locale());
}

export function percentText(share: number): string {
  return share.toLocaleString(locale(), { style: 'percent', maximumFractionDigits: share > 0.995 && share < 1 ? 1 : 0 });
}

export function timeText(at: number): string {
  return new Date(at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });
}

/** A moment on the wall clock of the place it is meant for, with the offset in force there: `2026-11-30T22:00+01:00`. */
export function wallClockText(local: string): string {
  const at = new Date(`${local.slice(0, 16)}Z`);
  if (Number.isNaN(at.getTime())) return local;
  const day = at.toLocaleDateString(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const time = at.toLocaleTimeString(locale(), { timeStyle: 'short', timeZone: 'UTC' });
  return `${day}, ${time} (UTC${local.slice(16)})`;
}

/** A day, or a day with its time of day, on the calendar of a place. */
export function dayText(at: number, timeZone: string, withTime?: 'time'): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone } as const;
  const time = withTime === undefined ? {} : ({ hour: '2-digit', minute: '2-digit' } as const);
  return new Date(at).toLocaleString(locale(), { ...day, ...time });
}

/** A guest may claim a time that no calendar has. */
export function fileTimeText(at: number | null): string {
  return at === null || Math.abs(at) > 8.64e15 ? '' : timeText(at);
}

const spans: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `3 hours ago`, or `in 3 hours`; where there is little room, `3 hr ago`. */
export function agoText(at: number, style: 'long' | 'short' = 'long'): string {
  const seconds = Math.round((at - Date.now()) / 1000);
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style });
  const [unit, length] = spans.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return format.format(Math.trunc(seconds / length), unit);
}

export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toLocaleString(locale(), { maximumFractionDigits: 1 })} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
