import { HostkeepError } from '#contract';
import { foldedName } from './row.ts';

/**
 * What is looked for, by name or by path: `*` stands for any letters, `?` for one. A pattern without them is found anywhere in a
 * name. One with `/` is held against the end of the path, folder by folder: `desktop/*.docx`; against the whole path from the volume's
 * root on where it begins with one.
 */
export interface Pattern extends NamePattern {
  /** Of the folder that the file is in; undefined where it does not matter. */
  readonly folder: NamePattern | undefined;
  /** Of a path from the volume's root, as it is; undefined where the name alone decides. */
  readonly matchesPath: ((path: string) => boolean) | undefined;
}

export interface NamePattern {
  /** The longest piece that every matching name holds, folded, as UTF-8; empty where there is none. */
  readonly literal: Buffer;
  /** Of a folded name. */
  matchesName(folded: string): boolean;
}

const longestPattern = 1024;

/** @throws HostkeepError input/invalid */
export function parsePattern(text: string): Pattern {
  const folded = foldedName(text.replaceAll('\\', '/'));
  const steps = folded.split('/').filter((step) => step !== '');
  const last = steps.at(-1);
  if (last === undefined || folded.endsWith('/') || folded.length > longestPattern)
    throw new HostkeepError('input/invalid', { pattern: text.slice(0, 200), why: 'a name, or part of one' });
  const isPath = folded.includes('/');
  const above = steps.at(-2);
  const whole = wholeName(last);
  return {
    literal: whole.literal,
    matchesName: isPath || /[*?]/.test(last) ? whole.matchesName : (name) => name.includes(last),
    // Any folder is no folder in particular.
    folder: above === undefined || /^\*+$/.test(above) ? undefined : wholeName(above),
    matchesPath: isPath ? (path) => pathFits(steps, folded.startsWith('/'), path) : undefined,
  };
}

function wholeName(pattern: string): NamePattern {
  const pieces = pattern.split(/[*?]+/);
  const literal = pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
  return { literal: Buffer.from(literal, 'utf8'), matchesName: (name) => fits(pattern, name) };
}

/** One path, folder by folder from the volume's root; letters that stand for others stand for themselves. */
export function exactPattern(names: readonly string[]): Pattern {
  const folded = names.map(foldedName);
  const last = folded.at(-1) ?? '';
  const above = folded.at(-2);
  const exactly = (wanted: string): NamePattern => ({
    literal: Buffer.from(wanted, 'utf8'),
    matchesName: (name) => name === wanted,
  });
  return {
    ...exactly(last),
    folder: above === undefined ? undefined : exactly(above),
    matchesPath: (path) => foldedName(path) === `/${folded.join('/')}`,
  };
}

function pathFits(steps: readonly string[], isWhole: boolean, path: string): boolean {
  const names = foldedName(path)
    .split('/')
    .filter((name) => name !== '');
  if (names.length < steps.length || (isWhole && names.length > steps.length)) return false;
  return steps.every((step, at) => fits(step, names[names.length - steps.length + at]!));
}

/** A whole name against a pattern, in time bounded by the product of their lengths: only the last star is ever taken back. */
function fits(pattern: string, name: string): boolean {
  let [inPattern, inName, star, taken] = [0, 0, -1, 0];
  while (inName < name.length) {
    const letter = pattern[inPattern];
    if (letter === '*') {
      star = inPattern++;
      taken = inName;
    } else if (letter === '?' || letter === name[inName]) {
      inPattern += 1;
      inName += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      inName = ++taken;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
