import { asHostkeepError, type PointId, type RunId } from '#contract';
import { listPoints, type Repository } from '#engine/repository';
import type { RunJournal } from './run-journal.ts';

interface Listing {
  readonly repository: Repository;
  readonly journal: RunJournal;
  readonly run: RunId;
  readonly signal: AbortSignal;
}

/**
 * Lists the files of the points that a run made, once the run is over and recorded. It holds no lock: a compact beside it may take a
 * catalogue away, never a point's data. A failure is told as a step, and harms neither run nor point: a search lists what is missing.
 */
export async function listFiles({ repository, journal, run, signal }: Listing, made: readonly PointId[]): Promise<void> {
  if (made.length === 0 || signal.aborted) return;
  const tell = (vm: string | null, error: unknown): void =>
    journal.step(run, vm, {
      step: 'publish',
      side: 'console',
      actor: 'catalogue',
      state: 'warning',
      detail: `the files could not be listed for searching: ${asHostkeepError(error).message}`,
    });
  try {
    // Needed by no run before its end.
    const { cataloguePoints } = await import('../recovery/search/index.ts');
    // What this run added is not in the index that it began with.
    repository.refresh();
    const { points } = await listPoints(repository);
    const wanted = points.filter(({ id }) => made.includes(id));
    for (const { point, error } of await cataloguePoints(repository, wanted, { points, signal })) tell(point.vm, error);
  } catch (error) {
    tell(null, error);
  }
}
