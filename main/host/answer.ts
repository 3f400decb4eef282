/**
 * Pieces of the schemas of what scripts answer. Windows PowerShell has its own ideas of JSON: the only element of a list may come
 * bare, an empty list as nothing, a text as a number. `accept` of the contract is the one that checks.
 */
import {
  array,
  boolean,
  custom,
  nullable,
  number,
  optional,
  pipe,
  string,
  transform,
  union,
  unknown,
  type GenericSchema,
} from 'valibot';

/** A text; nothing is an empty one. */
export const text = optional(
  pipe(
    nullable(union([string(), number(), boolean()])),
    transform((value) => (value === null ? '' : String(value))),
  ),
  '',
);

/** An id, in the letters that ids are compared in. */
export const id = pipe(
  text,
  transform((value) => value.toLowerCase()),
);

/** Yes or no; nothing is no. */
export const flag = optional(
  pipe(
    nullable(boolean()),
    transform((value) => value === true),
  ),
  false,
);

/** Milliseconds since 1970 of a time that was told in ISO 8601; null where there is none. */
export const time = optional(
  pipe(
    unknown(),
    transform((value) => {
      const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return Number.isFinite(at) ? at : null;
    }),
  ),
  null,
);

/** An operation that has nothing to tell. */
export const nothing = pipe(
  unknown(),
  transform(() => undefined),
);

export function list<Item>(item: GenericSchema<unknown, Item>) {
  return optional(pipe(unknown(), transform(asList), array(item)), []);
}

/** Offsets and lengths by the hundred thousand: checked in one go. */
export const counts = optional(
  pipe(
    unknown(),
    transform(asList),
    custom<readonly number[]>(
      (value) => Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && (one as number) >= 0),
      'expected counts',
    ),
  ),
  [],
);

function asList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && Object.keys(value).length === 0 ? [] : [value];
}
