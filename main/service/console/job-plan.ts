/** What becomes of a plan: its next starts, and which points of a VM would live when, from those that are there on. */
import { parseInput, retentionSchema, scheduleSchema, type Job, type PlanView, type PlanWish, type VmOfJob } from '#contract';
import { planRetention, policyOf, previewOf, timetableOf, type NamedPoint } from '#engine/jobs';
import { livesOf } from '../jobs/lives.ts';
import { simulateJob, type SimulatedPoints } from '../jobs/simulate.ts';
import { findJob } from '../state/jobs.ts';
import { pointsOfVm, vmsOfJob } from '../state/points.ts';
import { retentionOf, sameFields, scheduleOf, startFields, startPlanOf } from './job-forms.ts';
import type { Services } from './services.ts';

const previewed = 10;
const dayMs = 86_400_000;
const simulatedDays = [7, 30, 90, 365] as const;
/** A job that runs every hour has more in a year than anybody looks at: its points are shown for fewer days. */
const shownLives = 1000;

/** @throws HostkeepError input/invalid, input/not-found, schedule/* */
export function planOf({ home: { state }, now: clock }: Pick<Services, 'home' | 'now'>, wish: PlanWish): PlanView {
  const { plan } = wish;
  const job = wish.job === null ? null : findJob(state, wish.job);
  const now = clock();
  const schedule = parseInput(scheduleSchema, scheduleWith(job, plan));
  const starts = previewOf(timetableOf(schedule), { handledUntil: now, now, count: previewed });
  const vms = job === null ? [] : vmsOfJob(state, job.id);
  const of = vms.find(({ vm }) => vm === wish.vm) ?? vms[0] ?? null;
  const retention = policyWith(job, plan, of);
  if (retention === null || plan.recurrence === 'manual') return { vms, of, starts, kept: [], lives: null };
  const points = job === null || of === null ? [] : pointsOfVm(state, job.id, of.vm);
  const policy = { retention, vmRetention: [] };
  const simulated = simulateJob({ name: '', schedule, ...policy }, { points, now, days: simulatedDays.at(-1)! });
  const lives = { from: now, ...shownOf([asOfNow(points, retention, now), ...simulated], now) };
  return { vms, of, starts, kept: keptOf(simulated, now), lives };
}

/** Times that are the job's own keep what a form cannot say. */
function scheduleWith(job: Job | null, plan: PlanWish['plan']): ReturnType<typeof scheduleOf> {
  const wanted = scheduleOf(plan);
  const isAsBefore = job !== null && sameFields(startPlanOf(job.schedule), plan, startFields);
  return isAsBefore ? { ...wanted, recurrence: job.schedule.recurrence } : wanted;
}

/** What would hold of this VM; null keeps every point. */
function policyWith(job: Job | null, plan: PlanWish['plan'], of: VmOfJob | null): Job['retention'] {
  const wanted = retentionOf(plan);
  const retention = wanted === null ? null : parseInput(retentionSchema, { ...job?.retention, ...wanted });
  if (job === null || of === null) return retention;
  return policyOf({ retention, vmRetention: job.vmRetention }, { id: of.vm, name: of.name });
}

/** Until its next prune everything is there, with what would keep it. */
function asOfNow(points: readonly NamedPoint[], policy: NonNullable<Job['retention']>, now: number): SimulatedPoints {
  return { at: new Date(now).toISOString(), kept: planRetention(points, policy), dropped: [] };
}

function keptOf(simulated: readonly SimulatedPoints[], now: number): PlanView['kept'] {
  return simulatedDays.flatMap((days) => {
    const then = simulated.findLast((entry) => Date.parse(entry.at) <= now + days * dayMs);
    if (then === undefined) return [];
    const oldest = Math.min(...then.kept.map((one) => one.time));
    return [{ days, points: then.kept.length, oldestDays: Math.floor((now + days * dayMs - oldest) / dayMs) }];
  });
}

function shownOf(simulated: readonly SimulatedPoints[], now: number): Omit<NonNullable<PlanView['lives']>, 'from'> {
  const beyond = simulated[shownLives];
  const days = beyond === undefined ? simulatedDays.at(-1)! : Math.max(1, Math.floor((Date.parse(beyond.at) - now) / dayMs));
  return { days, points: livesOf(simulated.slice(0, shownLives)) };
}
