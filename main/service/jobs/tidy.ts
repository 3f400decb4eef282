/** What a job does for its repository after its run: retention, and the space of what is past its grace. */
import { asHostkeepError, hasCode, type HostkeepError, type Job, type OnProgress } from '#contract';
import { hasRetention } from '#engine/jobs';
import type { Repository } from '#engine/repository';
import { freeSpace, pruneJob, somethingExpired } from './prune-job.ts';

export interface Tidied {
  readonly dropped: number;
  readonly gone: number;
  readonly freedBytes: number;
  /** Why retention or compact was refused; null when it was not. Somebody else at work is no refusal: the next run looks again. */
  readonly error: HostkeepError | null;
}

export async function tidyAfter(
  repository: Repository,
  job: Job,
  options: { readonly onProgress: OnProgress; readonly signal: AbortSignal },
): Promise<Tidied> {
  let tidied: Tidied = { dropped: 0, gone: 0, freedBytes: 0, error: null };
  if (!hasRetention(job)) return tidied;
  try {
    const { dropped } = await pruneJob(repository, job, { confirmed: false, dryRun: false, signal: options.signal });
    tidied = { ...tidied, dropped: dropped.length };
    if (!(await somethingExpired(repository))) return tidied;
    const { gone, freedBytes } = await freeSpace(repository, options);
    return { ...tidied, gone: gone.length, freedBytes };
  } catch (error) {
    if (hasCode(error, 'repository/locked', 'input/cancelled')) return tidied;
    return { ...tidied, error: asHostkeepError(error) };
  }
}
