import type { RotationView } from '#contract';
import { newestOfEach, verifyOrder } from '#engine/jobs';
import type { DatabaseSync } from 'node:sqlite';
import { keyedPoints } from '../state/points.ts';

/** From what is remembered of the repository, so that no key is needed. */
export function rotationOf(state: DatabaseSync, repository: string, limit: number): RotationView {
  const points = keyedPoints(state, repository);
  const verified = points.filter(({ evidence }) => evidence !== null);
  return {
    points: points.length,
    verified: verified.length,
    damaged: verified.filter(({ evidence }) => evidence?.grade === 'failed').length,
    oldestAt:
      verified.length < points.length || points.length === 0
        ? null
        : verified.reduce((oldest, { evidence }) => Math.min(oldest, evidence!.at), Infinity),
    order: verifyOrder(points)
      .slice(0, limit)
      .map(({ vmKey: _vmKey, ...point }) => point),
  };
}

/** The VMs of the points that come next, or of all of them. */
export function vmsOfRotation(state: DatabaseSync, repository: string, next: number | null): readonly string[] {
  const points = keyedPoints(state, repository);
  const chosen = next === null ? newestOfEach(points) : verifyOrder(points).slice(0, next);
  return [...new Set(chosen.map(({ vm }) => vm))];
}
