/** How things stand, for people, monitoring systems and the status endpoint. */
import type { DatabaseSync } from 'node:sqlite';
import type { Alert, Job, JobStatus, StatusReport, VmVerification } from '#contract';
import { levelOf, startsOf, timetableOf } from '#engine/jobs';
import { lookForMissed, lookForUnprotected } from './jobs/record.ts';
import { tellDamage } from './jobs/tell-damage.ts';
import { tellAlerts } from './notify/notify.ts';
import { openAlerts } from './state/alerts.ts';
import { allPaused, handledUntil, listJobs } from './state/jobs.ts';
import { vmVerifications } from './state/verifications.ts';

/** A verification so old is none to speak of in one line. */
const recentlyMs = 30 * 86_400_000;

/** Looks for what was missed or found damaged meanwhile, too: when no scheduler runs, nobody else does. */
export function statusReport(state: DatabaseSync, now: number): StatusReport {
  // Whoever finds it first tells it.
  tellAlerts({ state }, lookForMissed(state, now), now);
  tellDamage({ state }, now);
  lookForUnprotected(state, now);
  const verification = vmVerifications(state);
  const alerts = openAlerts(state);
  const jobs = listJobs(state);
  const paused = allPaused(state);
  // What protects nothing must not look well to a monitoring system.
  const told = levelOf(alerts);
  const level = jobs.length === 0 && told === 'ok' ? 'warning' : told;
  return {
    level,
    summary: summaryOf({ jobs, alerts, paused, verification, now }),
    at: now,
    allPaused: paused,
    jobs: jobs.map((job) => statusOf(state, job, { now, paused })),
    verification,
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

interface Standing {
  readonly jobs: readonly Job[];
  readonly alerts: readonly Alert[];
  readonly paused: boolean;
  readonly verification: readonly VmVerification[];
  readonly now: number;
}

function summaryOf({ jobs, alerts, paused, verification, now }: Standing): string {
  const count = (severity: Alert['severity']): number => alerts.filter((alert) => alert.severity === severity).length;
  const first = alerts.find((alert) => alert.severity === 'alert') ?? alerts[0];
  const sound = verification.filter(
    ({ verified }) => verified !== null && verified.grade !== 'failed' && verified.at >= now - recentlyMs,
  );
  const counted = [
    `${jobs.length === 0 ? 'no job backs anything up' : `${jobs.length} jobs`}${paused ? ' (all paused)' : ''}, ${count('alert')} alerts, ${count('warning')} warnings`,
    ...(verification.length === 0 ? [] : [`${sound.length} of ${verification.length} VMs verified in 30 days`]),
  ].join(', ');
  return first === undefined ? counted : `${counted}: ${first.text}`;
}
