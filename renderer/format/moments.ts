/** Days and times of day as somebody types them: each language says its one form, and the ISO 8601 form is understood in both. */
import type { Language } from '../i18n.ts';

export type MomentKind = 'time' | 'date' | 'moment';

const days: Readonly<Record<Language, string>> = { en: 'YYYY-MM-DD', de: 'TT.MM.JJJJ' };
const times: Readonly<Record<Language, string>> = { en: 'HH:MM', de: 'HH:MM' };

/** The form in which it is written, for people to read. */
export function momentForm(kind: MomentKind, language: Language): string {
  if (kind === 'time') return times[language];
  return kind === 'date' ? days[language] : `${days[language]} ${times[language]}`;
}

/** `2026-11-30T22:00` and its parts as people of the language write them; nothing for nothing. */
export function momentText(kind: MomentKind, iso: string, language: Language): string {
  const [day = '', time = ''] = iso.split('T');
  if (kind === 'time' || iso === '') return iso;
  const [year, month, date] = day.split('-');
  const text = language === 'de' ? `${date}.${month}.${year}` : day;
  return kind === 'date' ? text : `${text} ${time}`;
}

/** What was typed as ISO 8601; null while it is none. Nothing stays nothing. */
export function parseMoment(kind: MomentKind, typed: string): string | null {
  const text = typed.trim();
  if (text === '') return '';
  if (kind === 'time') return timeOf(text);
  if (kind === 'date') return dayOf(text);
  const [day, time, ...more] = text.split(/T|\s+/);
  const [parsedDay, parsedTime] = [dayOf(day ?? ''), timeOf(time ?? '')];
  return parsedDay === null || parsedTime === null || more.length > 0 ? null : `${parsedDay}T${parsedTime}`;
}

function timeOf(text: string): string | null {
  const [, hour, minute] = /^(\d{1,2})[:.](\d{2})$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  return `${hour.padStart(2, '0')}:${minute}`;
}

function dayOf(text: string): string | null {
  const [, isoYear, isoMonth, isoDate] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  const [, date, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  const parts = [isoYear ?? year, isoMonth ?? month, isoDate ?? date];
  if (parts.some((part) => part === undefined)) return null;
  const iso = parts.map((part, index) => part!.padStart(index === 0 ? 4 : 2, '0')).join('-');
  // The 31st of a month that has none is another day of the calendar.
  const at = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== iso ? null : iso;
}
