import { getDotPath, safeParse, type GenericSchema } from 'valibot';
import { HostkeepError, type ErrorCode, type ErrorDetails } from './errors/hostkeep-error.ts';

/** What a value that comes from outside must look like; written with valibot beside the type it makes. */
export type Schema<Value> = GenericSchema<unknown, Value>;

/** What is thrown for a value that is not as its schema wants it. */
export interface Otherwise {
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
}

/**
 * The one way in for data from outside: repository files, state, files of the user, requests. The error names the first place
 * that is wrong and what belongs there, never what was there, for that may be a secret. @throws HostkeepError
 */
export function accept<Output>(schema: Schema<Output>, value: unknown, otherwise: Otherwise): Output {
  const result = safeParse(schema, value, {
    abortEarly: true,
    message: ({ expected }) => `expected ${expected ?? 'something else'}`,
  });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new HostkeepError(otherwise.code, {
    ...otherwise.details,
    at: getDotPath(issue) ?? 'the whole',
    why: issue.message,
  });
}

/** Like `accept`, for JSON text. @throws HostkeepError with the given code also for what is no JSON */
export function acceptJson<Output>(schema: Schema<Output>, text: string, otherwise: Otherwise): Output {
  return accept(schema, parseJson(text, otherwise), otherwise);
}

function parseJson(text: string, { code, details }: Otherwise): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HostkeepError(code, { ...details, at: 'the whole', why: 'expected JSON' }, cause);
  }
}

/** What somebody asks for, as its schema wants it. @throws HostkeepError input/invalid */
export function parseInput<Output>(schema: Schema<Output>, value: unknown): Output {
  return accept(schema, value, { code: 'input/invalid' });
}
