import type { ErrorCode, RetryPolicy } from '#contract';

/** What may well be gone in a few minutes. Everything else wants somebody to do something first. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'host/unreachable',
  'host/timeout',
  'host/vm-busy',
  'host/vss-busy',
  'host/vss-writer-retryable',
  'host/checkpoint-failed',
  'host/checkpoint-gone',
  'host/merge-timeout',
  'host/release-failed',
  'host/residue',
  'host/job-failed',
  'host/job-timeout',
  'host/job-vanished',
  'host/management-stopped',
  'host/connection-blocked',
  'host/disk-read-failed',
  'host/file-locked',
  'storage/unreachable',
  'storage/replaced',
  'storage/failed',
  'repository/locked',
  'repository/lock-lost',
  'run/interrupted',
]);

export function isPassing(code: ErrorCode): boolean {
  return passing.has(code);
}

/**
 * The pause before the next attempt, in milliseconds; null when there is none to make. `attempt` counts the retries made already;
 * `spread` (0 to 1) moves the pause by a tenth, so that jobs that failed together do not come back together.
 */
export function retryPauseMs(policy: RetryPolicy, attempt: number, spread: number): number | null {
  if (attempt >= policy.attempts) return null;
  const minutes = Math.min(policy.longestPauseMinutes, policy.pauseMinutes * 2 ** attempt);
  return Math.round(minutes * 60_000 * (0.95 + spread / 10));
}
