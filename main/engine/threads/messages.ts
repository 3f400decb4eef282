import type { ErrorData } from '#contract';

/** What a thread answers. */
export type Answer<Result> = { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly error: ErrorData };
