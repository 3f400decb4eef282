import { HostkeepError, isErrorCode, type ErrorCode, type ErrorDetails, type StepReport } from '#contract';
import { codeOfNumber } from './failures.ts';
import type { PowerShell } from './powershell.ts';

/** One script of `operations/`, with the failures that it can end in; anything else is `host/script-failed` with its place. */
export interface Operation<Request, Result> {
  readonly name: string;
  readonly timeoutMs: number;
  readonly failures: readonly ErrorCode[];
  /** Checks what came back from the host. */
  readonly parse: (value: unknown) => Result;
  /** Never there: it carries the type of the request. */
  readonly request?: Request;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly report?: (step: StepReport) => void;
  readonly onPercent?: (phase: string, percent: number) => void;
}

interface Failure {
  readonly code: string | null;
  readonly facts: ErrorDetails;
  readonly hresult: number;
  readonly textCode: number | null;
  readonly errorId: string;
  readonly category: string;
  readonly message: string;
  readonly at: string;
}

export async function callHost<Request, Result>(
  shell: PowerShell,
  operation: Operation<Request, Result>,
  request: Request,
  options: CallOptions = {},
): Promise<Result> {
  const answer = (await shell.invoke({
    operation: operation.name,
    request,
    timeoutMs: operation.timeoutMs,
    signal: options.signal ?? new AbortController().signal,
    onEvent: (event) => takeEvent(event, options),
  })) as { readonly value?: unknown; readonly failed?: Failure };
  if (answer.failed !== undefined) throw failureOf(operation, answer.failed);
  return operation.parse(answer.value);
}

function takeEvent(event: unknown, { report, onPercent }: CallOptions): void {
  const { step, progress } = event as { step?: StepReport; progress?: { phase: string; percent: number } };
  if (step !== undefined) {
    const { detail, actor, ...rest } = step;
    report?.({ ...rest, ...(actor ? { actor } : {}), ...(detail ? { detail } : {}) });
  }
  if (progress !== undefined) onPercent?.(progress.phase, progress.percent);
}

/** By declared code, then by number, then by error id and category; never by text. */
function failureOf(operation: Operation<never, unknown> | Operation<unknown, unknown>, failed: Failure): HostkeepError {
  const number = Number(failed.facts['hresult'] ?? failed.textCode ?? failed.hresult);
  const facts: ErrorDetails = { operation: operation.name, ...failed.facts };
  const known = codeOfNumber(number);
  if (failed.code !== null && isErrorCode(failed.code)) {
    const general = failed.code === 'host/job-failed' || failed.code === 'host/method-refused';
    if (failed.facts['returned'] === 32769) return new HostkeepError('host/access-denied', facts);
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
