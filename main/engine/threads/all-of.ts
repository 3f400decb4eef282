/** Waits for all of them, also where one fails, and then throws its error: nothing may still read or write a buffer when they have ended. */
export async function allOf(acts: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(acts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
