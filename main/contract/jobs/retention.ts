import { z } from 'zod';
import type { PointId } from '../ids.ts';
import { timeZoneSchema } from './schedule.ts';

const count = z.int().min(0).max(10_000);

/**
 * Grandfather, father, son. For every rule the newest point of each of the last N hours, days, weeks, months or years that have one is
 * kept, on the calendar of `timeZone`. Zero means that the rule keeps nothing. Rules add up.
 */
export const retentionSchema = z
  .strictObject({
    timeZone: timeZoneSchema,
    keepLast: count.default(0),
    /** Every point of the last so many hours before the newest point; 0 for none. */
    keepWithinHours: z.int().min(0).max(1_000_000).default(0),
    hourly: count.default(0),
    daily: count.default(0),
    weekly: count.default(0),
    monthly: count.default(0),
    yearly: count.default(0),
    /** So many of the newest points of a VM stay, whatever the rules say. */
    floor: z.int().min(1).max(10_000).default(3),
    /** A prune that would drop a larger share of a VM's points is refused until it is confirmed. */
    dropAtMostPercent: z.int().min(1).max(100).default(50),
    /** Days between being dropped and being gone for good; `undelete` works within them. */
    graceDays: z.int().min(0).max(365).default(7),
  })
  .refine((policy) => keeping(policy) > 0, { message: 'the policy keeps nothing beyond the floor: give at least one rule' });
export type Retention = z.infer<typeof retentionSchema>;

function keeping(policy: Record<(typeof retentionRules)[number], number>): number {
  return retentionRules.reduce((sum, rule) => sum + policy[rule], 0);
}

export const retentionRules = ['keepLast', 'keepWithinHours', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/** Why a point stays. `latest`: the newest of its VM always does. */
export type KeepReason =
  | { readonly rule: 'latest' | 'floor' }
  | { readonly rule: 'pinned'; readonly why: string }
  | { readonly rule: 'keep-last'; readonly place: number }
  | { readonly rule: 'keep-within'; readonly hours: number }
  /** `period` is the hour, day, week (`2026-W09`), month or year that the point stands for. */
  | { readonly rule: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly'; readonly period: string; readonly place: number };

/** What a policy says of one point: kept when it has a reason. */
export interface RetentionVerdict {
  readonly point: PointId;
  readonly vm: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly reasons: readonly KeepReason[];
}
