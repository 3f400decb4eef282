/** How a run in its own process and those who watch it talk: through its row, so that any number of windows agree. */
import type { DatabaseSync } from 'node:sqlite';
import {
  acceptJson,
  HostkeepError,
  runRequestSchema,
  toErrorData,
  type OnProgress,
  type Progress,
  type RunId,
  type RunKind,
  type RunProgress,
  type RunRequest,
  type RunResult,
} from '#contract';
import { processOf, thisProcess } from '#engine/repository';
import { boundedReport } from './bounded-report.ts';
import { unlessAway } from './database.ts';

export interface NewRun {
  readonly id: RunId;
  readonly kind: RunKind;
  readonly startedAt: number;
  readonly repository: string;
  /** Names of VMs, or whatever else it is about. */
  readonly subjects: readonly string[];
  /** The first of those that its process carries out one after the other. */
  readonly series?: RunId;
  /** How far it is before it begins. */
  readonly progress?: RunProgress;
}

const progressEveryMs = 400;
const cancelEveryMs = 400;

/** One that whoever started this process has announced already is taken over, with what is known of it now. */
export function announceRun(state: DatabaseSync, run: NewRun, request: RunRequest): void {
  state
    .prepare(
      `INSERT INTO runs (id, kind, state, started_at, pid, process_start, repository, vms, request, series, progress)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET pid = excluded.pid, process_start = excluded.process_start, repository = excluded.repository,
           vms = excluded.vms, request = excluded.request, series = excluded.series WHERE state = 'running'`,
    )
    .run(
      run.id,
      run.kind,
      'running',
      run.startedAt,
      process.pid,
      thisProcess().processStart,
      run.repository,
      JSON.stringify(run.subjects),
      JSON.stringify(request),
      run.series ?? null,
      run.progress === undefined ? null : JSON.stringify(run.progress),
    );
}

/** The turn of a run that was announced before has come. False where it is over already. */
export function beginRun(state: DatabaseSync, run: RunId, now: number): boolean {
  const begun = state.prepare("UPDATE runs SET started_at = ?, progress = NULL WHERE id = ? AND state = 'running'").run(now, run);
  return begun.changes === 1;
}

/** The run that was announced for this process while it is open; otherwise a new one's id. */
export function announcedRun({ state, newRunId }: { state: DatabaseSync; newRunId(): RunId }, given: RunId | undefined): RunId {
  if (given === undefined) return newRunId();
  return state.prepare('SELECT state FROM runs WHERE id = ?').get(given)?.['state'] === 'running' ? given : newRunId();
}

/** The process that now carries the run. */
export function adoptRun(state: DatabaseSync, run: RunId, pid: number): void {
  state
    .prepare("UPDATE runs SET pid = ?, process_start = ? WHERE id = ? AND state = 'running'")
    .run(pid, processOf(pid).processStart, run);
}

/** Ends a run that has not ended itself; a result that is there stays. */
export function endRun(state: DatabaseSync, run: RunId, result: RunResult, of: { at: number; outcome: unknown }): void {
  state
    .prepare("UPDATE runs SET state = ?, ended_at = ?, outcome = ? WHERE id = ? AND state = 'running'")
    .run(result, of.at, JSON.stringify(boundedReport(of.outcome)), run);
}

export function failRun(state: DatabaseSync, run: RunId, of: { at: number; error: unknown }): void {
  const error = toErrorData(of.error);
  const result = error.code === 'input/cancelled' ? 'cancelled' : 'failed';
  endRun(state, run, result, { at: of.at, outcome: { error } });
}

/** @throws HostkeepError input/not-found, run/ended */
export function requestCancel(state: DatabaseSync, run: RunId): void {
  const row = state.prepare('SELECT state FROM runs WHERE id = ?').get(run);
  if (row === undefined) throw new HostkeepError('input/not-found', { run });
  if (row['state'] !== 'running') throw new HostkeepError('run/ended', { run });
  state.prepare('UPDATE runs SET cancel_requested = 1 WHERE id = ?').run(run);
}

export function readRequest(state: DatabaseSync, run: RunId): RunRequest | null {
  const text = state.prepare('SELECT request FROM runs WHERE id = ?').get(run)?.['request'];
  return typeof text === 'string' ? acceptJson(runRequestSchema, text, { code: 'state/damaged', details: { run } }) : null;
}

export interface RunWatch {
  readonly onProgress: OnProgress;
  /** Aborts when somebody asked for the run to be cancelled. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** For the process that carries the run: writes its progress down, at most a few times a second, and listens for cancel. */
export function watchRun(state: DatabaseSync, run: RunId, now: () => number): RunWatch {
  const write = state.prepare('UPDATE runs SET progress = ? WHERE id = ?');
  const asked = state.prepare('SELECT cancel_requested FROM runs WHERE id = ?');
  const controller = new AbortController();
  const listen = (): void =>
    unlessAway(() => {
      if (asked.get(run)?.['cancel_requested'] === 1) controller.abort(new HostkeepError('input/cancelled'));
    });
  // Somebody may have asked before the process stood.
  listen();
  const timer = setInterval(listen, cancelEveryMs).unref();
  let written = 0;
  // VMs that are read at the same time have a phase each.
  const going = new Map<string, Progress>();
  return {
    onProgress(progress) {
      const at = now();
      const isOver = progress.doneBytes >= progress.totalBytes;
      going.delete(progress.phase);
      const others = [...going.values()];
      if (!isOver) going.set(progress.phase, progress);
      // By whatever clock: one that was set back does not keep it for an hour.
      if (Math.abs(at - written) < progressEveryMs && !isOver) return;
      written = at;
      const text = JSON.stringify({ ...progress, at, ...(others.length === 0 ? {} : { others }) });
      unlessAway(() => void write.run(text, run));
    },
    signal: controller.signal,
    stop: () => clearInterval(timer),
  };
}
