/** Waits for all of them, also where one fails, and then throws its error: nothing may still read or write a buffer when they have ended. */
export async function allOf<Result>(acts: readonly Promise<Result>[]): Promise<readonly Result[]> {
  await Promise.allSettled(acts);
  return Promise.all(acts);
}
