import { array, boolean, exactOptional, lazy, null_, number, object, pipe, record, string, transform, union } from 'valibot';
import type { Schema } from './accept.ts';
import { isErrorCode, type ErrorCode, type ErrorData, type ErrorDetails } from './errors/hostkeep-error.ts';

const errorDetailsSchema: Schema<ErrorDetails> = record(
  string(),
  union([string(), number(), boolean(), null_(), array(string())]),
);

/** A code of another version is told as a bug of this one, with its text; never refused, for it is what there is to say. */
const errorCodeSchema: Schema<ErrorCode> = pipe(
  string(),
  transform((code) => (isErrorCode(code) ? code : 'internal/bug')),
);

/** An error that was written down, or that another process answers. */
export const errorDataSchema: Schema<ErrorData> = object({
  code: errorCodeSchema,
  message: string(),
  details: errorDetailsSchema,
  cause: exactOptional(union([lazy((): Schema<ErrorData> => errorDataSchema), object({ message: string() })])),
});
