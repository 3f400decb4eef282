import { useTranslation } from 'react-i18next';
import { checkSentences, entryOf, errorCodes, volumeNotes } from '#contract';
import { timeText } from '../format/format.ts';
import { germanChecks } from '../texts/checks-de.ts';
import { germanErrors } from '#contract/errors-de';
import { germanTold } from '../texts/told-de.ts';
import { germanVolumeNotes } from '../texts/volume-notes-de.ts';

/** What a run told of itself, in the chosen language where it is known there; times as they are written in it. */
export function useTold(): (text: string) => string {
  const { i18n } = useTranslation();
  return (text) => withTimes(i18n.language === 'de' ? toldInGerman(text) : text);
}

/** What is kept has its times as ISO 8601, in UTC. */
function withTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (iso) => timeText(Date.parse(iso)));
}

const mostKept = 2000;
const kept = new Map<string, string>();

/** All that is told in words of ours; what stands in it may be told in them too. */
export function toldInGerman(text: string): string {
  const before = kept.get(text);
  if (before !== undefined) return before;
  if (kept.size >= mostKept) kept.clear();
  const german = inParts(text);
  kept.set(text, german);
  return german;
}

function inParts(text: string): string {
  const whole = translated(text);
  if (whole !== null) return whole;
  // Several findings in one line.
  for (const between of ['; ', /(?<=[.!?]) (?=\p{Lu})/u, ', ']) {
    const parts = text.split(between);
    const told = parts.map(translated);
    if (parts.length > 1 && told.some((part) => part !== null))
      return parts.map((part, at) => told[at] ?? part).join(typeof between === 'string' ? between : ' ');
  }
  // Whom or what it is about, and what there is to say.
  const [about, rest] = [text.slice(0, text.indexOf(': ') + 2), text.slice(text.indexOf(': ') + 2)];
  return about.length < 2 || rest === text ? text : `${about}${inParts(rest)}`;
}

interface Known {
  readonly pattern: RegExp;
  readonly german: string;
}

let all: readonly Known[] | undefined;

function translated(text: string): string | null {
  all ??= knownTexts();
  for (const { pattern, german } of all) {
    const found = pattern.exec(text);
    if (found !== null)
      return german.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => valueIn(found.groups?.[name]) ?? place);
  }
  return null;
}

function valueIn(value: string | undefined): string | undefined {
  return value === undefined ? undefined : inParts(value);
}

/** Those with the fewest places first: one text can look like another with something put in. */
function knownTexts(): readonly Known[] {
  const checks = Object.entries(checkSentences).map(([id, [says]]) => [says, germanChecks[id as keyof typeof germanChecks][0]]);
  const notes = Object.entries(volumeNotes).map(([id, note]) => [note, germanVolumeNotes[id as keyof typeof germanVolumeNotes]]);
  const errors = errorCodes.flatMap((code) => {
    const [english, german] = [entryOf(code).says, germanErrors[code]?.[0] ?? ''];
    return [
      [english, german],
      [`${english} ({{facts}})`, `${german} ({{facts}})`],
    ];
  });
  const placesIn = (english: string): number => english.split('{{').length;
  return [...germanTold, ...checks, ...notes, ...errors]
    .toSorted(([a = ''], [b = '']) => placesIn(a) - placesIn(b) || b.length - a.length)
    .map(([english = '', german = '']) => ({ pattern: patternOf(english), german }));
}

/** Words of ours; anything else may be put in elsewhere. */
const shapes: Readonly<Record<string, string>> = { level: '[a-z-]+', word: '[a-z]+' };

function patternOf(english: string): RegExp {
  const pieces = english
    .split(/\{\{(\w+)\}\}/)
    .map((piece, at) => (at % 2 === 1 ? `(?<${piece}>${shapes[piece] ?? '.+?'})` : escaped(piece)));
  return new RegExp(`^${pieces.join('')}$`, 's');
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
