import { check, optional, pipe, strictObject, type InferOutput } from 'valibot';
import type { PointId } from '../ids.ts';
import { whole } from '../schema-parts.ts';
import { timeZoneSchema } from './schedule.ts';

const count = optional(whole(0, 10_000), 0);

/**
 * Grandfather, father, son. For every rule the newest point of each of the last N hours, days, weeks, months or years that have one is
 * kept, on the calendar of `timeZone`. Zero means that the rule keeps nothing. Rules add up.
 */
export const retentionSchema = pipe(
  strictObject({
    timeZone: timeZoneSchema,
    keepLast: count,
    /** Every point of the last so many hours before the newest point; 0 for none. */
    keepWithinHours: optional(whole(0, 1_000_000), 0),
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    /** So many of the newest points of a VM stay, whatever the rules say. */
    floor: optional(whole(1, 10_000), 3),
    /** A prune that would drop a larger share of a VM's points is refused until it is confirmed. */
    dropAtMostPercent: optional(whole(1, 100), 50),
    /** Days between being dropped and being gone for good; `undelete` works within them. */
    graceDays: optional(whole(0, 365), 7),
  }),
  check((policy) => keeping(policy) > 0, 'the policy keeps nothing beyond the floor: give at least one rule'),
);
export type Retention = InferOutput<typeof retentionSchema>;

function keeping(policy: Record<(typeof retentionRules)[number], number>): number {
  return retentionRules.reduce((sum, rule) => sum + policy[rule], 0);
}

const retentionRules = ['keepLast', 'keepWithinHours', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/** Why a point stays. `latest`: the newest of its VM always does; `no-policy`: nothing of its VM is ever dropped. */
export type KeepReason =
  | { readonly rule: 'latest' | 'floor' | 'no-policy' }
  | { readonly rule: 'pinned'; readonly why: string }
  | { readonly rule: 'keep-last'; readonly place: number }
  | { readonly rule: 'keep-within'; readonly hours: number }
  /** `period` is the hour, day, week (`2026-W09`), month or year that the point stands for. */
  | { readonly rule: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly'; readonly period: string; readonly place: number };

export type KeepRule = KeepReason['rule'];

/** What a policy says of one point: kept when it has a reason. */
export interface RetentionVerdict {
  readonly point: PointId;
  readonly vm: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly reasons: readonly KeepReason[];
}
