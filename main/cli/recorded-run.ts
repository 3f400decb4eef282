import type { OnProgress, RunId, RunKind, RunResult, StepReport } from '#contract';
import type { Repository } from '#engine/repository';
import type { Home } from '#service';
import type { Context } from './context.ts';
import { inHome } from './with-home.ts';

export interface Recorded {
  readonly kind: RunKind;
  /** Id of the repository; empty for what needs none. */
  readonly repository: string;
  readonly subjects: readonly string[];
  /** What it holds is remembered before the run is over: who sees the end finds what came of it in the lists. */
  readonly remembers?: Repository;
}

type Carrying = Pick<Context, 'onProgress' | 'signal'>;

interface Watch {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Long work as a run: in the state database from its first moment, with its progress, and cancelled when somebody asks there. */
export async function recorded<Result extends object>(
  context: Carrying & Pick<Context, 'openHome' | 'runId'>,
  of: Recorded,
  act: (watch: Watch, carried: { readonly home: Home; readonly run: RunId }) => Promise<Result>,
  resultOf: (result: Result) => RunResult = () => 'success',
): Promise<Result> {
  const { adoptRun, announceRun, endRun, failRun, rememberPoints, systemClock, tellDamageFound } =
    await import('#service/command');
  const home = await context.openHome();
  const { state } = home;
  const run = context.runId ?? home.newRunId();
  try {
    if (context.runId === undefined)
      announceRun(
        state,
        { ...of, id: run, startedAt: systemClock.now() },
        { command: process.argv.slice(2), lines: [], typed: true },
      );
    else adoptRun(state, run, process.pid);
    const report = await watched(context, { state, run }, (watch) => act(watch, { home, run }));
    try {
      if (of.remembers !== undefined) await rememberPoints(state, of.remembers, systemClock.now());
    } finally {
      endRun(state, run, resultOf(report), { at: systemClock.now(), outcome: { report } });
    }
    if (of.remembers !== undefined) await tellDamageFound(home, systemClock.now());
    return report;
  } catch (error) {
    failRun(state, run, { at: systemClock.now(), error });
    throw error;
  } finally {
    home.close();
  }
}

/** The repository for a run that says for whom it waits, in its steps and its progress. */
export async function tellingOfLocks(
  repository: Repository,
  { onProgress }: Pick<Watch, 'onProgress'>,
  { home, run }: { readonly home: Home; readonly run: RunId },
): Promise<Repository> {
  const { tellLocks } = await import('#engine/repository');
  const step = (report: StepReport): void => home.journal.step(run, null, report);
  return { ...repository, onLockWatched: tellLocks({ step, onProgress, also: repository.onLockWatched }).onLockWatched };
}

/** Progress to the terminal and the state database, cancel from either. */
export async function watched<Result>(
  context: Carrying,
  of: { readonly state: Home['state']; readonly run: string },
  act: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  const { systemClock, watchRun } = await import('#service/command');
  const watch = watchRun(of.state, of.run, () => systemClock.now());
  try {
    return await act({
      onProgress(progress) {
        context.onProgress(progress);
        watch.onProgress(progress);
      },
      signal: AbortSignal.any([context.signal, watch.signal]),
    });
  } finally {
    watch.stop();
  }
}

/** What the repository holds now, for the console's lists, and whether any of it was found damaged. */
export async function rememberRepository(context: Context, repository: Repository): Promise<void> {
  const { rememberPoints, systemClock, tellDamageFound } = await import('#service/command');
  await inHome(context, async (home) => {
    await rememberPoints(home.state, repository, systemClock.now());
    await tellDamageFound(home, systemClock.now());
  });
}

/** A command that failed before its run began still ends the run that was announced for it. */
export async function tellRun(options: { readonly run?: string; readonly home?: string }, error: unknown): Promise<void> {
  if (options.run === undefined) return;
  const { defaultHome, failRun, openHome, systemClock } = await import('#service/command');
  const home = openHome(options.home ?? process.env['HOSTKEEP_HOME'] ?? defaultHome(process.env));
  try {
    failRun(home.state, options.run, { at: systemClock.now(), error });
  } finally {
    home.close();
  }
}
