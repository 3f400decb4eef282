/** How things stand, as the tray shows it: decided from what the state database holds, and from what has been seen. */
import type { Alert, RunView } from '#contract';

export type Standing =
  | { readonly kind: 'well' }
  /** `share` is null until it is known how much there is to do. */
  | { readonly kind: 'running'; readonly count: number; readonly share: number | null }
  | { readonly kind: 'attention'; readonly count: number; readonly share: number | null };

export interface StandingOf {
  readonly runs: readonly RunView[];
  readonly alerts: readonly Pick<Alert, 'seenAt' | 'severity'>[];
  /** Runs that ended until then have been seen. */
  readonly seenUntil: number;
}

/** Trouble stays until it was seen, whatever runs meanwhile. */
export function standingOf({ runs, alerts, seenUntil }: StandingOf): Standing {
  const running = runs.filter((run) => run.state === 'running');
  const share = shareOf(running);
  const troubles = runs.filter((run) => isTrouble(run) && (run.endedAt ?? 0) > seenUntil);
  const unseen = alerts.filter((alert) => alert.severity !== 'note' && alert.seenAt === null);
  const count = troubles.length + unseen.length;
  if (count > 0) return { kind: 'attention', count, share };
  return running.length > 0 ? { kind: 'running', count: running.length, share } : { kind: 'well' };
}

export function isTrouble(run: Pick<RunView, 'state'>): boolean {
  return run.state === 'failed' || run.state === 'warning';
}

function shareOf(running: readonly RunView[]): number | null {
  const total = running.reduce((sum, run) => sum + (run.progress?.totalBytes ?? 0), 0);
  const done = running.reduce((sum, run) => sum + (run.progress?.doneBytes ?? 0), 0);
  return total === 0 ? null : Math.min(1, done / total);
}
