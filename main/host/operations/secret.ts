import { object } from 'valibot';
import { nothing, text } from '../answer.ts';
import type { Operation } from '../operation.ts';

const minute = 60_000;

/** DPAPI of this computer; the text travels on stdin and stdout of the driver only. */
export const protectSecret: Operation<{ readonly text: string }, { readonly protected: string }> = {
  name: 'protect-secret',
  timeoutMs: minute,
  failures: ['secrets/unavailable'],
  answer: object({ protected: text }),
};

export const revealSecret: Operation<{ readonly protected: string }, { readonly text: string }> = {
  name: 'reveal-secret',
  timeoutMs: minute,
  failures: ['secrets/unavailable', 'secrets/missing'],
  answer: object({ text }),
};

export const closeFolder: Operation<{ readonly folder: string; readonly readers: readonly string[] }, void> = {
  name: 'close-folder',
  timeoutMs: minute,
  failures: ['secrets/unprotected'],
  answer: nothing,
};
