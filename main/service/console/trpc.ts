/** tRPC, set up once: what a procedure is, how its errors look on the wire, and what is written into the activity log. */
import { initTRPC, type TRPCError } from '@trpc/server';
import { asHostkeepError, HostkeepError, parseInput, toErrorData, type ErrorView, type Schema } from '#contract';
import { errorView } from '../state/run-views.ts';
import type { Services } from './services.ts';

/** What is done to whom; for the activity log. */
export interface ProcedureMeta {
  readonly action: string;
  /** Field of the input that names the subject. Never a secret. */
  readonly subject?: string;
}

const trpc = initTRPC
  .context<Services>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ shape, error }) => ({
      message: shape.message,
      code: shape.code,
      data: { httpStatus: shape.data.httpStatus, hostkeep: codedError(error) },
    }),
  });

export const router = trpc.router;
/** For those in our own process: demos and tests. */
export const createCallerFactory = trpc.createCallerFactory;
/** The check of a procedure's input. It never repeats what was there: that may be a secret. */
export function checked<Value>(schema: Schema<Value>): ((value: unknown) => Value) & { readonly schema: Schema<Value> } {
  const parse = (value: unknown): Value => {
    // To the schema a list is an object too.
    if (Array.isArray(value)) throw new HostkeepError('input/invalid', { at: 'the whole', why: 'expected an object' });
    return parseInput(schema, value);
  };
  return Object.assign(parse, { schema });
}

/** Asks; changes nothing. */
export const asking = trpc.procedure;

/** Changes something: written into the activity log, whether it was done or refused. */
export const doing = trpc.procedure.use(async ({ ctx, meta, getRawInput, next }) => {
  const result = await next();
  if (meta !== undefined) {
    const input = (await getRawInput()) as Readonly<Record<string, unknown>> | undefined;
    const named = meta.subject === undefined ? '' : input?.[meta.subject];
    const subject = (Array.isArray(named) ? named.join(', ') : String(named ?? '')).slice(0, 256);
    ctx.note({ action: meta.action, subject, result: result.ok ? 'done' : 'refused' });
  }
  return result;
});

/** Every failure of a procedure as one of ours; what is none is a bug and says so. */
function codedError(error: TRPCError): ErrorView {
  return errorView(toErrorData(ours(error)));
}

function ours({ code, message, cause }: TRPCError): HostkeepError {
  if (cause instanceof HostkeepError) return cause;
  if (code === 'NOT_FOUND') return new HostkeepError('input/not-found', { procedure: message });
  if (code === 'PARSE_ERROR' || code === 'BAD_REQUEST' || code === 'METHOD_NOT_SUPPORTED' || code === 'UNSUPPORTED_MEDIA_TYPE')
    return new HostkeepError('input/invalid', { why: message });
  return asHostkeepError(cause ?? new Error(message));
}
