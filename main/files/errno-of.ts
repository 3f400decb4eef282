/** The system's name for what went wrong, such as `ENOENT`; undefined where the system had no part in it. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
