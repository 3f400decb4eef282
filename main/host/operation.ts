import { nullable, object, optional, pipe, record, string, transform, unknown, type InferOutput } from 'valibot';
import {
  accept,
  HostkeepError,
  isErrorCode,
  stepReportSchema,
  type ErrorCode,
  type ErrorDetails,
  type Otherwise,
  type Schema,
  type StepReport,
} from '#contract';
import { text } from './answer.ts';
import { codeOfNumber } from './failures.ts';
import type { PowerShell } from './powershell.ts';

/** One script of `operations/`, with the failures that it can end in; anything else is `host/script-failed` with its place. */
export interface Operation<Request, Result> {
  readonly name: string;
  readonly timeoutMs: number;
  readonly failures: readonly ErrorCode[];
  /** What comes back from the host is checked by this. */
  readonly answer: Schema<Result>;
  /** Never there: it carries the type of the request. */
  readonly request?: Request;
}

export interface MadeReference {
  readonly id: string;
  /** Whether the guest took part: 0 the host does not say, 1 it did, 2 it did not. */
  readonly level: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly report?: (step: StepReport) => void;
  /** How far Hyper-V is with what it does for this call; a merge tells no percentage. */
  readonly onProgress?: (phase: string, percent: number) => void;
  /** The reference point that a checkpoint has become, told while the operation goes on. */
  readonly onReference?: (reference: MadeReference) => void;
}

export async function callHost<Request, Result>(
  shell: PowerShell,
  operation: Operation<Request, Result>,
  request: Request,
  options: CallOptions = {},
): Promise<Result> {
  const unexpected = {
    code: 'host/script-failed',
    details: { operation: operation.name, says: 'the host answered something unexpected' },
  } as const;
  const told = await shell.invoke({
    operation: operation.name,
    request,
    timeoutMs: operation.timeoutMs,
    signal: options.signal ?? new AbortController().signal,
    onEvent: (event) => takeEvent(event, unexpected, options),
  });
  const { failed, value } = accept(outcomeSchema, told, unexpected);
  if (failed !== null) throw failureOf(operation.name, failed);
  return accept(operation.answer, value, unexpected);
}

/** A number where there is one. */
const maybe = pipe(
  unknown(),
  transform((value) => (Number.isSafeInteger(value) ? (value as number) : null)),
);

const eventSchema = object({
  step: optional(unknown()),
  progress: optional(object({ phase: text, percent: maybe })),
  reference: optional(object({ id: text, level: maybe })),
});

function takeEvent(event: unknown, unexpected: Otherwise, { report, onReference, onProgress }: CallOptions): void {
  const { step, progress, reference } = accept(eventSchema, event, unexpected);
  if (step !== undefined) report?.(accept(stepReportSchema, withoutBlanks(step), unexpected));
  if (progress !== undefined) onProgress?.(progress.phase, progress.percent ?? 0);
  if (reference !== undefined) onReference?.({ id: reference.id, level: reference.level ?? 0 });
}

/** Scripts give what they do not say as an empty text. */
function withoutBlanks(step: unknown): unknown {
  if (typeof step !== 'object' || step === null) return step;
  return Object.fromEntries(Object.entries(step).filter(([, value]) => value !== '' && value !== null));
}

/** What is known of a failure, whatever form PowerShell gave it. */
const fact = pipe(
  unknown(),
  transform((value): ErrorDetails[string] => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    return Array.isArray(value) ? value.map(String) : JSON.stringify(value);
  }),
);

const failureSchema = object({
  code: nullable(string()),
  facts: optional(nullable(record(string(), fact)), {}),
  hresult: maybe,
  textCode: maybe,
  errorId: text,
  category: text,
  message: text,
  at: text,
});
type Failure = InferOutput<typeof failureSchema>;

const outcomeSchema = object({ value: optional(unknown()), failed: optional(nullable(failureSchema), null) });

/** By declared code, then by number, then by error id and category; never by text. */
function failureOf(operation: string, failed: Failure): HostkeepError {
  const given = failed.facts ?? {};
  const number = Number(given['hresult'] ?? failed.textCode ?? failed.hresult ?? 0);
  const facts: ErrorDetails = { operation, ...given };
  const known = codeOfNumber(number);
  if (failed.code !== null && isErrorCode(failed.code)) {
    const general = failed.code === 'host/job-failed' || failed.code === 'host/method-refused';
    if (given['returned'] === 32769) return new HostkeepError('host/access-denied', facts);
    return new HostkeepError(general && known !== undefined ? known : failed.code, facts);
  }
  const code = known ?? codeOfIdentity(failed);
  const told = { ...facts, errorId: failed.errorId, category: failed.category, says: failed.message, hresult: number };
  return new HostkeepError(code ?? 'host/script-failed', code === undefined ? { ...told, at: failed.at } : told);
}

function codeOfIdentity({ errorId, category }: Failure): ErrorCode | undefined {
  const id = errorId.split(',')[0];
  if (category === 'PermissionDenied' || id === 'AccessDenied') return 'host/access-denied';
  if (category === 'ObjectNotFound' && errorId.includes('Microsoft.HyperV')) return 'host/vm-not-found';
  if (id === 'InvalidParameter' && errorId.endsWith('.GetVM')) return 'host/vm-not-found';
  if (/\.(ImportVM|CompareVM|NewVM)(Command)?$/.test(errorId)) return 'host/import-failed';
  if (id === 'CommandNotFoundException') return 'host/hyper-v-missing';
  return undefined;
}
