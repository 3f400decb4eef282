/** From what happened to alerts: the one place where they are raised and cleared. */
import type { DatabaseSync } from 'node:sqlite';
import type { Alert, Job } from '#contract';
import { alertChanges, missedSince, selectVms, timetableOf, type JobEvent } from '#engine/jobs';
import { labRecord } from '../hosts.ts';
import { applyAlerts, openKeys } from '../state/alerts.ts';
import { forgetAhead } from '../state/clock-ahead.ts';
import { inTransaction } from '../state/in-transaction.ts';
import { drillHandledUntil, listDrills } from '../state/drills.ts';
import { seenVms } from '../state/inventory.ts';
import { allPaused, handledUntil, listJobs } from '../state/jobs.ts';
import { tagsOf } from '../state/tags.ts';
import { damagedPoints } from '../state/verifications.ts';
import type { JobOutcome } from './run-job.ts';
import type { Tidied } from './tidy.ts';

export function recordOutcome(state: DatabaseSync, job: Job, outcome: JobOutcome, at: number): readonly Alert[] {
  const { runs, vms, recovered, error } = outcome;
  const open = [...openKeys(state, 'run-failed'), ...openKeys(state, 'run-warning')];
  const event = { kind: 'run-ended', job, run: runs.at(-1) ?? null, vms, recovered, error, open } as const;
  return applyAlerts(state, alertChanges(event), at);
}

export function recordTidied(state: DatabaseSync, job: Job, { error }: Tidied, at: number): readonly Alert[] {
  return applyAlerts(state, alertChanges({ kind: 'tidied', job, error }), at);
}

/** Each occurrence is told once, however often it is found missed. */
export function recordMissed(
  state: DatabaseSync,
  job: { readonly id: string; readonly name: string },
  missed: readonly number[],
  at: number,
  what: 'Job' | 'Drill' = 'Job',
): readonly Alert[] {
  const name = `missed-told-${job.id}`;
  if (missed.length === 0) return [];
  return inTransaction(state, () => {
    const told = Number(state.prepare('SELECT value FROM settings WHERE name = ?').get(name)?.['value'] ?? 0);
    const occurrences = missed.filter((occurrence) => occurrence > told);
    if (occurrences.length === 0) return [];
    state
      .prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
      .run(name, String(occurrences.at(-1)));
    return applyAlerts(state, alertChanges({ kind: 'missed', what, job, occurrences }), at);
  });
}

/** Runs that should have begun and did not, for all that is not paused: nobody else notices when no scheduler runs. */
export function lookForMissed(state: DatabaseSync, now: number): readonly Alert[] {
  if (allPaused(state)) return [];
  forgetAhead(state, now);
  const jobs = listJobs(state).map((job) => ({ ...job, what: 'Job' as const, handledUntil: handledUntil(state, job.id) }));
  const drills = listDrills(state).map((drill) => ({
    ...drill,
    what: 'Drill' as const,
    handledUntil: drillHandledUntil(state, drill.id),
  }));
  return [...jobs, ...drills]
    .filter(({ paused }) => !paused)
    .flatMap((one) => {
      const missed = missedSince(timetableOf(one.schedule), { handledUntil: one.handledUntil, now });
      return recordMissed(state, one, missed, now, one.what);
    });
}

/** Restore points whose newest verification found damage. */
export function lookForDamage(state: DatabaseSync, now: number): readonly Alert[] {
  const damaged = damagedPoints(state).map(({ point, pointTime, ...one }) => ({ ...one, id: point, time: pointTime }));
  const event = { kind: 'evidence', damaged, open: openKeys(state, 'point-damaged') } as const;
  return applyAlerts(state, alertChanges(event), now);
}

/** What came of a drill, or that it could not begin. */
export function recordDrill(
  state: DatabaseSync,
  event: Extract<JobEvent, { kind: 'drilled' | 'drill-begun' }>,
  at: number,
): readonly Alert[] {
  return applyAlerts(state, alertChanges(event), at);
}

/** Which of the VMs that were seen no job with a schedule protects. The lab without any job is not looked at: nobody has to protect it. */
export function lookForUnprotected(state: DatabaseSync, now: number): readonly Alert[] {
  const jobs = listJobs(state).filter((job) => !job.paused && job.schedule.recurrence.kind !== 'manual');
  const labCounts = jobs.some((job) => job.host === labRecord.name);
  const vms = seenVms(state)
    .filter((vm) => vm.state !== 'gone' && (vm.host !== labRecord.name || labCounts))
    .map((vm) => ({ host: vm.host, id: vm.id, name: vm.name, tags: tagsOf(state, vm.host, vm.id) }));
  const isProtected = (vm: (typeof vms)[number]): boolean =>
    jobs.some((job) => job.host === vm.host && selectVms(job, [vm]).vms.length > 0);
  const event = {
    kind: 'protection',
    vms: vms.map((vm) => ({ ...vm, protected: isProtected(vm) })),
    open: openKeys(state, 'vm-unprotected'),
  } as const;
  return applyAlerts(state, alertChanges(event), now);
}
