/** The restore points that a run of a job has made, verified one after the other: each as a run of its own, its evidence beside it. */
import { asHostkeepError, resultOfGrade, type Job, type OnProgress, type PointId } from '#contract';
import { openGuest } from '#engine/recovery';
import { acquireReadingLock, readPoint, type Repository } from '#engine/repository';
import { verifyAndKeep } from '#engine/verify';
import type { Home } from '../home.ts';
import { announceRun, endRun, failRun } from '../state/run-control.ts';

export interface VerifyPoints {
  readonly home: Pick<Home, 'state' | 'newRunId'>;
  readonly repository: Repository;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/**
 * What is found is in the runs and beside the points, and changes nothing of the backup's own result: alerts come of the evidence. A point
 * that could not be looked at is a failed run. Ends early when cancelled.
 */
export async function verifyPoints(of: VerifyPoints, job: Job, points: readonly PointId[]): Promise<void> {
  const { repository } = of;
  if (points.length === 0 || of.signal.aborted) return;
  const lock = await acquireReadingLock(repository, `verify after ${job.name}`);
  try {
    for (const point of points) {
      if (of.signal.aborted) return;
      await verifyOne(of, job, point);
    }
  } finally {
    await lock?.release();
  }
}

async function verifyOne({ home, repository, onProgress, signal }: VerifyPoints, job: Job, id: PointId): Promise<void> {
  const run = home.newRunId();
  const { clock } = repository;
  const point = await readPoint(repository, id);
  const of = { id: run, kind: 'verify', startedAt: clock.now(), repository: repository.id, subjects: [point.vm] } as const;
  announceRun(home.state, of, { command: ['verify', id], lines: [] });
  home.state.prepare('UPDATE runs SET job = ? WHERE id = ?').run(job.id, run);
  try {
    const subject = { repository, point, volumes: openGuest(repository, point) };
    const report = await verifyAndKeep(subject, { depth: 'sample', by: `job ${job.name}`, onProgress, signal });
    endRun(home.state, run, resultOfGrade[report.evidence.grade], { at: clock.now(), outcome: { report } });
  } catch (error) {
    failRun(home.state, run, { at: clock.now(), error: asHostkeepError(error) });
  }
}
