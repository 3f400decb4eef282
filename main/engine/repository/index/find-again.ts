import { hasCode } from '#contract';
import type { Locator } from './locator.ts';

/** A compact moves packs in a few steps; so many times a reader looks where they are now. */
const attempts = 4;

/** Runs a read whose packs may be moved by another process meanwhile: what is gone is looked up again. @throws storage/not-found when it is nowhere */
export async function findAgain<Result>(locator: Locator, read: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === attempts || !hasCode(error, 'storage/not-found')) throw error;
      await locator.reload();
    }
  }
}
