import type { DatabaseSync } from 'node:sqlite';
import { array, nullable, object, string } from 'valibot';
import {
  accept,
  acceptJson,
  HostkeepError,
  recordedOutcomeSchema,
  runRowSchema,
  stepReportSchema,
  toErrorData,
  type Otherwise,
  type RecordedStep,
  type RunId,
  type RunRecord,
  type Schema,
} from '#contract';
import type { Baseline, RunJournal } from '#engine/backup';
import { isProcessAlive, processOf } from '#engine/repository';
import { stateErrors } from './database.ts';

/** The journal of runs in the state database. @throws HostkeepError state/unavailable */
export function sqliteJournal(database: DatabaseSync, now: () => number): RunJournal {
  const journal = journalIn(database, now);
  const coded =
    <Given extends unknown[], Result>(act: (...given: Given) => Result) =>
    (...given: Given): Result =>
      stateErrors(() => act(...given));
  return {
    begin: coded(journal.begin),
    step: coded(journal.step),
    end: coded(journal.end),
    isAlive: coded(journal.isAlive),
    isOver: coded(journal.isOver),
    baseline: coded(journal.baseline),
    setBaseline: coded(journal.setBaseline),
    intendedBaseline: coded(journal.intendedBaseline),
    intendBaseline: coded(journal.intendBaseline),
  };
}

function journalIn(database: DatabaseSync, now: () => number): RunJournal {
  const insertStep = database.prepare(
    'INSERT INTO run_steps (run, ordinal, at, vm, report) VALUES (?1, (SELECT coalesce(max(ordinal), 0) + 1 FROM run_steps WHERE run = ?1), ?2, ?3, ?4)',
  );
  /** Undefined for a run that is not in here. */
  const isRunning = (run: RunId): boolean | undefined => {
    const row = database.prepare('SELECT state, pid, process_start FROM runs WHERE id = ?').get(run);
    return row === undefined ? undefined : row['state'] === 'running' && isCarried(row);
  };
  return {
    begin(run) {
      database
        .prepare(`INSERT INTO runs (id, kind, state, started_at, pid, process_start, repository, vms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET pid = excluded.pid, process_start = excluded.process_start,
             repository = excluded.repository, vms = excluded.vms`)
        .run(
          run.id,
          run.kind,
          'running',
          run.startedAt,
          run.pid,
          processOf(run.pid).processStart,
          run.repository,
          JSON.stringify(run.vms),
        );
    },
    step: (run, vm, report) => void insertStep.run(run, now(), vm, JSON.stringify(report)),
    end: (run, result, outcome) =>
      void database
        .prepare('UPDATE runs SET state = ?, ended_at = ?, outcome = ? WHERE id = ?')
        .run(result, now(), JSON.stringify(outcome), run),
    isAlive: (run) => isRunning(run) === true,
    isOver: (run) => isRunning(run) === false,
    baseline(repository, vmId) {
      const row = database
        .prepare('SELECT reference_point, point, files FROM baselines WHERE repository = ? AND vm_id = ?')
        .get(repository, vmId);
      if (row === undefined) return undefined;
      return { referencePoint: String(row['reference_point']), point: String(row['point']), files: filesOf(row) };
    },
    setBaseline(repository, vmId, baseline) {
      database
        .prepare('INSERT OR REPLACE INTO baselines (repository, vm_id, reference_point, point, files) VALUES (?, ?, ?, ?, ?)')
        .run(repository, vmId, baseline.referencePoint, baseline.point, JSON.stringify(baseline.files));
      database.prepare('DELETE FROM intended_baselines WHERE repository = ? AND vm_id = ?').run(repository, vmId);
    },
    intendedBaseline(repository, vmId) {
      const row = database
        .prepare('SELECT run, point, files FROM intended_baselines WHERE repository = ? AND vm_id = ?')
        .get(repository, vmId);
      return row === undefined ? undefined : { run: String(row['run']), point: String(row['point']), files: filesOf(row) };
    },
    intendBaseline(repository, vmId, { run, point, files }) {
      database
        .prepare('INSERT OR REPLACE INTO intended_baselines (repository, vm_id, run, point, files) VALUES (?, ?, ?, ?, ?)')
        .run(repository, vmId, run, point, JSON.stringify(files));
    },
  };
}

const diskFilesSchema: Schema<Baseline['files']> = array(array(object({ name: string(), number: nullable(string()) })));

function filesOf(row: Record<string, unknown>): Baseline['files'] {
  return acceptJson(diskFilesSchema, String(row['files']), { code: 'state/damaged', details: { table: 'baselines' } });
}

/** Marks runs whose process is gone: they ended without a result. */
export function closeDeadRuns(database: DatabaseSync, now: number): void {
  for (const row of database.prepare("SELECT id, pid, process_start FROM runs WHERE state = 'running'").all()) {
    if (isCarried(row)) continue;
    const outcome = { error: toErrorData(new HostkeepError('run/interrupted')) };
    database
      // It may have ended itself since it was listed.
      .prepare("UPDATE runs SET state = 'failed', ended_at = ?, outcome = ? WHERE id = ? AND state = 'running'")
      .run(now, JSON.stringify(outcome), String(row['id']));
  }
}

/** Whether the process that a row names still lives: a number alone is given to another one, at the latest when the computer starts anew. */
export function isCarried(row: Record<string, unknown>): boolean {
  return isProcessAlive({ pid: Number(row['pid']), processStart: String(row['process_start']) });
}

export function listRuns(database: DatabaseSync, limit: number): readonly RunRecord[] {
  return database.prepare('SELECT * FROM runs ORDER BY started_at DESC, id LIMIT ?').all(limit).map(toRun);
}

/** The run of that id, or of a unique beginning of it. @throws input/not-found, input/ambiguous */
export function findRun(
  database: DatabaseSync,
  spec: string,
): { readonly run: RunRecord; readonly steps: readonly RecordedStep[] } {
  const rows = database.prepare('SELECT * FROM runs WHERE substr(id, 1, ?) = ?').all(spec.length, spec);
  if (rows.length > 1) throw new HostkeepError('input/ambiguous', { run: spec });
  if (rows[0] === undefined) throw new HostkeepError('input/not-found', { run: spec });
  const run = toRun(rows[0]);
  const steps = database.prepare('SELECT * FROM run_steps WHERE run = ? ORDER BY ordinal').all(run.id);
  return { run, steps: steps.map(toStep) };
}

const damaged = (run: string): Otherwise => ({ code: 'state/damaged', details: { run } });

export function toRun(row: Record<string, unknown>): RunRecord {
  const id = String(row['id']);
  const outcome = row['outcome'] === null ? {} : acceptJson(recordedOutcomeSchema, String(row['outcome']), damaged(id));
  // VMs may have been asked for by their ids.
  const names = new Map(outcome.vms?.map(({ vm, vmId }) => [vmId, vm]));
  return {
    ...accept(runRowSchema, row, damaged(id)),
    id,
    startedAt: Number(row['started_at']),
    endedAt: row['ended_at'] === null ? null : Number(row['ended_at']),
    pid: Number(row['pid']),
    repository: String(row['repository']),
    vms: acceptJson(array(string()), String(row['vms']), damaged(id)).map((vm) => names.get(vm.toLowerCase()) ?? vm),
    points: outcome.points ?? [],
    readBytes: outcome.readBytes ?? 0,
    newBytes: outcome.newBytes ?? 0,
    cost: outcome.cost ?? null,
    error: outcome.error ?? outcome.vms?.find((vm) => vm.error !== null)?.error ?? null,
  };
}

export function toStep(row: Record<string, unknown>): RecordedStep {
  const run = String(row['run']);
  return {
    ...acceptJson(stepReportSchema, String(row['report']), damaged(run)),
    run,
    ordinal: Number(row['ordinal']),
    at: Number(row['at']),
    vm: row['vm'] === null ? null : String(row['vm']),
  };
}
