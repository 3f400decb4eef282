import type { Job, Retention } from '#contract';
import { isNamed } from '../select-vms.ts';
import type { DatedPoint } from './plan.ts';

/** Of a job: what it keeps. */
export type JobRetention = Pick<Job, 'retention' | 'vmRetention'>;

/** A restore point with the name of its VM, by which a policy may know it. */
export type NamedPoint = DatedPoint & { readonly name: string };

export interface PolicyGroup<Point> {
  /** Null keeps every point. */
  readonly policy: Retention | null;
  readonly points: readonly Point[];
}

/** Whether the job drops anything at all. */
export function hasRetention({ retention, vmRetention }: JobRetention): boolean {
  return retention !== null || vmRetention.some((one) => one.retention !== null);
}

/** The policy of a VM: its own where it has one, else the job's. */
export function policyOf(
  { retention, vmRetention }: JobRetention,
  vm: { readonly id: string; readonly name: string },
): Retention | null {
  const own = vmRetention.find((one) => isNamed(vm, one.vm));
  return own === undefined ? retention : own.retention;
}

/** The points under each policy. */
export function byPolicy<Point extends NamedPoint>(job: JobRetention, points: readonly Point[]): readonly PolicyGroup<Point>[] {
  const groups = Map.groupBy(points, (point) => policyOf(job, { id: point.vm, name: point.name }));
  return [...groups].map(([policy, of]) => ({ policy, points: of }));
}
