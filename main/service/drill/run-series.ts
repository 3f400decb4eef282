/**
 * The runs of a drill, one for each VM: all are known from the start, so that all can be watched and cancelled, each by itself, and one is carried
 * out after the other.
 */
import type { DatabaseSync } from 'node:sqlite';
import { hasCode, HostkeepError, type OnProgress, type RunId, type RunResult } from '#contract';
import type { Home } from '../home.ts';
import { systemClock } from '../repositories.ts';
import { unlessAway } from '../state/database.ts';
import { announcedRun, announceRun, beginRun, endRun, failRun, watchRun } from '../state/run-control.ts';
import { cancelledOfSeries } from '../state/series.ts';

export interface SeriesOf<Subject> {
  readonly home: Home;
  /** Announced for the first of them by whoever started this. */
  readonly run: RunId | undefined;
  readonly drill: string;
  readonly repository: string;
  readonly subjects: readonly Subject[];
  nameOf(subject: Subject): string;
  /** Ends all of them. */
  readonly signal: AbortSignal;
}

export interface Watch {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** What a run ends with. */
export interface Carried<Result> {
  readonly result: RunResult;
  readonly report: Result;
}

export interface SeriesDone<Result> {
  readonly reports: readonly Result[];
  /** Names of those that somebody cancelled. */
  readonly cancelled: readonly string[];
}

const lookEveryMs = 400;
const inTurn = { phase: 'waiting: for the VMs before it', doneBytes: 0, totalBytes: 0 } as const;

/** One that cannot go on ends those that have not begun; one that is cancelled does not. @throws HostkeepError input/cancelled where all were */
export async function runSeries<Subject, Result>(
  of: SeriesOf<Subject>,
  act: (subject: Subject, run: RunId, watch: Watch) => Promise<Carried<Result>>,
): Promise<SeriesDone<Result>> {
  const { state } = of.home;
  const runs = announceAll(of);
  const [first] = runs;
  const reports: Result[] = [];
  const cancelled: string[] = [];
  const waiting = new Set(runs.slice(1));
  const timer = setInterval(() => unlessAway(() => endCancelled(state, first!, waiting)), lookEveryMs).unref();
  try {
    for (const [at, subject] of of.subjects.entries()) {
      of.signal.throwIfAborted();
      waiting.delete(runs[at]!);
      try {
        reports.push(await asRun(of, runs[at]!, (run, watch) => act(subject, run, watch)));
      } catch (error) {
        if (!hasCode(error, 'input/cancelled') || of.signal.aborted) throw error;
        cancelled.push(of.nameOf(subject));
      }
    }
    if (reports.length === 0) throw new HostkeepError('input/cancelled');
    return { reports, cancelled };
  } catch (error) {
    for (const run of waiting) failRun(state, run, { at: systemClock.now(), error });
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function announceAll<Subject>({ home, run, drill, repository, subjects, nameOf }: SeriesOf<Subject>): readonly RunId[] {
  const now = systemClock.now();
  const runs = subjects.map((_, at) => announcedRun(home, at === 0 ? run : undefined));
  for (const [at, subject] of subjects.entries())
    announceRun(
      home.state,
      {
        id: runs[at]!,
        kind: 'drill',
        startedAt: now,
        repository,
        subjects: [nameOf(subject)],
        ...(runs.length > 1 ? { series: runs[0]! } : {}),
        ...(at > 0 ? { progress: { ...inTurn, at: now } } : {}),
      },
      { command: ['job', 'run', drill], lines: [] },
    );
  return runs;
}

/** They need not wait for their turn to be told that it does not come. */
function endCancelled(state: DatabaseSync, series: RunId, waiting: ReadonlySet<RunId>): void {
  for (const run of cancelledOfSeries(state, series))
    if (waiting.has(run)) failRun(state, run, { at: systemClock.now(), error: new HostkeepError('input/cancelled') });
}

async function asRun<Subject, Result>(
  { home: { state }, signal }: SeriesOf<Subject>,
  run: RunId,
  act: (run: RunId, watch: Watch) => Promise<Carried<Result>>,
): Promise<Result> {
  const now = (): number => systemClock.now();
  if (!beginRun(state, run, now())) throw new HostkeepError('input/cancelled');
  const watch = watchRun(state, run, now);
  try {
    watch.signal.throwIfAborted();
    const { result, report } = await act(run, {
      onProgress: watch.onProgress,
      signal: AbortSignal.any([signal, watch.signal]),
    });
    endRun(state, run, result, { at: now(), outcome: { report } });
    return report;
  } catch (error) {
    failRun(state, run, { at: now(), error });
    throw error;
  } finally {
    watch.stop();
  }
}
