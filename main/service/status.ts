/** How things stand, for people, monitoring systems and the status endpoint. */
import type { DatabaseSync } from 'node:sqlite';
import type { Alert, Job, JobStatus, StatusReport } from '#contract';
import { levelOf, startsOf, timetableOf } from '#engine/jobs';
import { lookForMissed, lookForUnprotected } from './jobs/record.ts';
import { openAlerts } from './state/alerts.ts';
import { allPaused, handledUntil, listJobs } from './state/jobs.ts';

/** Looks for what was missed meanwhile, too: when no scheduler runs, nobody else does. */
export function statusReport(state: DatabaseSync, now: number): StatusReport {
  lookForMissed(state, now);
  lookForUnprotected(state, now);
  const alerts = openAlerts(state);
  const jobs = listJobs(state);
  const paused = allPaused(state);
  const level = levelOf(alerts);
  return {
    level,
    summary: summaryOf(jobs, alerts, paused),
    at: now,
    allPaused: paused,
    jobs: jobs.map((job) => statusOf(state, job, { now, paused })),
    alerts,
  };
}

function statusOf(state: DatabaseSync, job: Job, of: { readonly now: number; readonly paused: boolean }): JobStatus {
  const last = state.prepare('SELECT id, state, started_at FROM runs WHERE job = ? ORDER BY started_at DESC LIMIT 1').get(job.id);
  const good = state
    .prepare("SELECT max(ended_at) AS at FROM runs WHERE job = ? AND state IN ('success', 'warning')")
    .get(job.id)?.['at'];
  const idle = job.paused || of.paused;
  const next = idle
    ? undefined
    : startsOf(timetableOf(job.schedule), { handledUntil: handledUntil(state, job.id), now: of.now }).next().value;
  return {
    id: job.id,
    name: job.name,
    paused: job.paused,
    nextStart: next?.at ?? null,
    lastRun:
      last === undefined ? null : { run: String(last['id']), at: Number(last['started_at']), state: String(last['state']) },
    lastSuccess: good === null || good === undefined ? null : Number(good),
  };
}

function summaryOf(jobs: readonly Job[], alerts: readonly Alert[], paused: boolean): string {
  const count = (severity: Alert['severity']): number => alerts.filter((alert) => alert.severity === severity).length;
  const first = alerts.find((alert) => alert.severity === 'alert') ?? alerts[0];
  const counted = `${jobs.length} jobs${paused ? ' (all paused)' : ''}, ${count('alert')} alerts, ${count('warning')} warnings`;
  return first === undefined ? counted : `${counted}: ${first.text}`;
}
