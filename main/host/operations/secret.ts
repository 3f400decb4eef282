import { object } from 'valibot';
import { text } from '../answer.ts';
import type { Operation } from '../operation.ts';

/** DPAPI of the user on this machine; the text travels on stdin and stdout of the driver only. */
export const protectSecret: Operation<{ readonly text: string }, { readonly protected: string }> = {
  name: 'protect-secret',
  timeoutMs: 60_000,
  failures: ['secrets/unavailable'],
  answer: object({ protected: text }),
};

export const revealSecret: Operation<{ readonly protected: string }, { readonly text: string }> = {
  name: 'reveal-secret',
  timeoutMs: 60_000,
  failures: ['secrets/unavailable', 'secrets/missing'],
  answer: object({ text }),
};
