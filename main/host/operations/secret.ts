import type { Operation } from '../operation.ts';
import { fieldsOf, textOf } from '../values.ts';

/** DPAPI of the user on this machine; the text travels on stdin and stdout of the driver only. */
export const protectSecret: Operation<{ readonly text: string }, { readonly protected: string }> = {
  name: 'protect-secret',
  timeoutMs: 60_000,
  failures: ['secrets/unavailable'],
  parse: (value) => ({ protected: textOf(fieldsOf(value, 'protect-secret')['protected'], 'protected') }),
};

export const revealSecret: Operation<{ readonly protected: string }, { readonly text: string }> = {
  name: 'reveal-secret',
  timeoutMs: 60_000,
  failures: ['secrets/unavailable', 'secrets/missing'],
  parse: (value) => ({ text: textOf(fieldsOf(value, 'reveal-secret')['text'], 'text') }),
};
