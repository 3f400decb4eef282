/** The shell around the page, where there is one. In a browser there is none, and the page does without. */
import type { Desktop, ErrorView } from '#contract';

export const desktop = (globalThis as { readonly hostkeepDesktop?: Desktop }).hostkeepDesktop;

/** Errors of the shell cross over as the JSON of their view. */
export function desktopFailure(error: unknown): ErrorView | null {
  if (desktop === undefined || !(error instanceof Error) || !error.message.startsWith('{"code":')) return null;
  return JSON.parse(error.message) as ErrorView;
}
