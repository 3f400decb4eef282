import type { ErrorEntry } from './entry.ts';
import { formatErrors } from './format.ts';
import { hostErrors } from './host.ts';
import { inputErrors } from './input.ts';
import { jobErrors } from './job.ts';
import { repositoryErrors } from './repository.ts';
import { notifyErrors } from './notify.ts';
import { drillErrors } from './drill.ts';
import { publishErrors } from './publish.ts';
import { retentionErrors } from './retention.ts';
import { runErrors } from './run.ts';
import { scheduleErrors } from './schedule.ts';
import { secretsErrors } from './secrets.ts';
import { storageErrors } from './storage.ts';

const catalogue = {
  ...inputErrors,
  ...formatErrors,
  ...storageErrors,
  ...repositoryErrors,
  ...hostErrors,
  ...runErrors,
  ...secretsErrors,
  ...scheduleErrors,
  ...jobErrors,
  ...retentionErrors,
  ...notifyErrors,
  ...publishErrors,
  ...drillErrors,
} as const;

export type ErrorCode = keyof typeof catalogue;

/** Facts about one failure; only what survives JSON. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** An error as it crosses a process or thread boundary. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  readonly cause?: ErrorData | { readonly message: string };
}

/** The one error class. `message` is the operator's sentence, with what is particular to this failure. */
export class HostkeepError extends Error {
  override readonly name = 'HostkeepError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(messageOf(code, details), cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** What the operator can do about it. */
  get remedy(): string {
    return remedyOf(this.code, this.details);
  }
}

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(catalogue, value);
}

/** Every code there is. */
export const errorCodes = Object.keys(catalogue) as readonly ErrorCode[];

export function entryOf(code: ErrorCode): ErrorEntry {
  return catalogue[code];
}

/** What to do, with `<host>` and the like replaced by what is known of this failure, so that a command can be run as it stands. */
export function remedyOf(code: ErrorCode, details: ErrorDetails): string {
  return entryOf(code).remedy.replace(/<(\w+)>/g, (placeholder, name: string) => {
    const known = Object.hasOwn(details, name) ? details[name] : null;
    return typeof known === 'string' && known !== '' ? known : placeholder;
  });
}

export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is HostkeepError {
  return error instanceof HostkeepError && codes.includes(error.code);
}

/** Any thrown value as a coded error; what has no code is a bug and says so. */
export function asHostkeepError(error: unknown): HostkeepError {
  if (error instanceof HostkeepError) return error;
  return new HostkeepError('internal/bug', { message: error instanceof Error ? error.message : describe(error) }, error);
}

export function toErrorData(thrown: unknown): ErrorData {
  const error = asHostkeepError(thrown);
  const base = { code: error.code, message: error.message, details: error.details };
  if (error.cause === undefined) return base;
  if (error.cause instanceof HostkeepError) return { ...base, cause: toErrorData(error.cause) };
  return { ...base, cause: { message: describe(error.cause) } };
}

export function fromErrorData(data: ErrorData): HostkeepError {
  const cause =
    data.cause === undefined ? undefined : 'code' in data.cause ? fromErrorData(data.cause) : new Error(data.cause.message);
  return new HostkeepError(data.code, data.details, cause);
}

function describe(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.stack ?? thrown.message;
  return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? typeof thrown);
}

function messageOf(code: ErrorCode, details: ErrorDetails): string {
  // `why` is a reason in words and goes on where the sentence ends; the others are facts.
  const { why, ...others } = details;
  const says =
    typeof why === 'string' ? `${catalogue[code].says.replace(/\.$/, '')}: ${why.replace(/\.$/, '')}.` : catalogue[code].says;
  const facts = Object.entries(typeof why === 'string' ? others : details).filter(([, value]) => value !== null);
  if (facts.length === 0) return says;
  const listed = facts.map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  return `${says} (${listed.join('; ')})`;
}
