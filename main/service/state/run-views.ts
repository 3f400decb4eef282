/** Runs as the console shows them. */
import type { DatabaseSync } from 'node:sqlite';
import {
  acceptJson,
  againBy,
  HostkeepError,
  isErrorCode,
  onHostSchema,
  fromErrorData,
  recordedOutcomeSchema,
  runProgressSchema,
  runReportSchema,
  runRequestSchema,
  type ErrorData,
  type ErrorView,
  type RunDetail,
  type RunOfSeries,
  type RunView,
  type Schema,
  type VmOutcome,
  type VmOutcomeView,
} from '#contract';
import { toRun, toStep } from './runs.ts';

export function errorView(error: ErrorData): ErrorView {
  // A state database of a newer version may hold codes that this one does not know.
  return { ...error, remedy: isErrorCode(error.code) ? fromErrorData(error).remedy : '' };
}

/** Without their reports, which may be long and are read by who looks at one run. */
export function listRunViews(state: DatabaseSync, of: { limit: number; before: number | null }): readonly RunView[] {
  return state
    .prepare('SELECT * FROM runs WHERE (?1 IS NULL OR started_at < ?1) ORDER BY started_at DESC, id LIMIT ?2')
    .all(of.before, of.limit)
    .map((row) => viewOf(row, 'in a list'));
}

/** @throws HostkeepError input/not-found */
export function runDetail(state: DatabaseSync, id: string): RunDetail {
  const row = state.prepare('SELECT * FROM runs WHERE id = ?').get(id);
  if (row === undefined) throw new HostkeepError('input/not-found', { run: id });
  const steps = state.prepare('SELECT * FROM run_steps WHERE run = ? ORDER BY ordinal').all(id);
  return { run: viewOf(row), steps: steps.map(toStep), series: seriesViews(state, row['series']) };
}

const seriesShown = 1000;

function seriesViews(state: DatabaseSync, series: unknown): readonly RunOfSeries[] {
  if (typeof series !== 'string') return [];
  return state
    .prepare('SELECT * FROM runs WHERE series = ? ORDER BY rowid LIMIT ?')
    .all(series, seriesShown)
    .map((row) => {
      const { id, state: runs, vms, progress, cancelRequested } = viewOf(row, 'in a list');
      return { id, state: runs, vms, progress, cancelRequested };
    });
}

function viewOf(row: Record<string, unknown>, how: 'whole' | 'in a list' = 'whole'): RunView {
  const run = toRun(row);
  const otherwise = { code: 'state/damaged', details: { run: run.id } } as const;
  const read = <Value>(schema: Schema<Value>, column: string): Value | null =>
    row[column] === null ? null : acceptJson(schema, String(row[column]), otherwise);
  const request = read(runRequestSchema, 'request');
  const left = read(onHostSchema, 'outcome');
  return {
    ...run,
    progress: read(runProgressSchema, 'progress'),
    cancelRequested: row['cancel_requested'] === 1,
    command: request === null ? null : ['hostkeep', ...request.command, ...request.lines],
    again: request !== null && run.kind !== 'image-backup' && againBy(request) !== 'not',
    vmOutcomes: (read(recordedOutcomeSchema, 'outcome')?.vms ?? []).map(outcomeView),
    report: how === 'whole' ? (read(runReportSchema, 'outcome')?.report ?? null) : null,
    onHost: left?.host === undefined ? null : { vm: null, files: [], warnings: [], ...left, host: left.host },
    errorView: run.error === null ? null : errorView(run.error),
  };
}

function outcomeView(outcome: VmOutcome): VmOutcomeView {
  return { ...outcome, error: outcome.error === null ? null : errorView(outcome.error) };
}
