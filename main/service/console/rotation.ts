import type { DatabaseSync } from 'node:sqlite';
import type { RotationView } from '#contract';
import { newestOfEach, verifyOrder } from '#engine/jobs';
import { pointsInTurn, rememberedPoint } from '../state/points.ts';

/** From what is remembered of the repository, so that no key is needed. */
export function rotationOf(state: DatabaseSync, repository: string, limit: number): RotationView {
  const points = pointsInTurn(state, repository);
  const order = verifyOrder(points);
  const verified = points.filter(({ verifiedAt }) => verifiedAt !== null);
  return {
    points: points.length,
    verified: verified.length,
    damaged: points.filter(({ damaged }) => damaged).length,
    // What could not be verified has had its turn, and never was all the same.
    oldestAt: points.length > verified.length ? null : oldestOf(verified),
    order: order.slice(0, limit).flatMap(({ id }) => rememberedPoint(state, repository, id) ?? []),
  };
}

function oldestOf(points: readonly { readonly verifiedAt: number | null }[]): number | null {
  return points.reduce<number | null>((oldest, { verifiedAt }) => Math.min(oldest ?? Infinity, verifiedAt ?? Infinity), null);
}

/** The VMs of the points that come next, or of all of them. */
export function vmsOfRotation(state: DatabaseSync, repository: string, next: number | null): readonly string[] {
  const points = pointsInTurn(state, repository);
  const chosen = next === null ? newestOfEach(points) : verifyOrder(points).slice(0, next);
  return [...new Set(chosen.map(({ vm }) => vm))];
}
