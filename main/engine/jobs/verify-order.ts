/** In which order restore points are verified, so that every one has its turn and those that matter most have it first. */
export interface VerifiablePoint {
  /** What tells its VM from others. */
  readonly vmKey: string;
  readonly time: number;
  /** When it was last; null where it never was. */
  readonly verifiedAt: number | null;
  /** When it last had its turn, whatever came of it; null where that was never, or is not known here. */
  readonly triedAt: number | null;
}

/**
 * First the newest point of each VM that nobody has looked at, then the others that nobody has looked at, then those that were looked at, the
 * longest ago first. Within the first two the newest comes first. What had its turn goes to the end, so that the order goes round: also what
 * could not be verified.
 */
export function verifyOrder<Point extends VerifiablePoint>(points: readonly Point[]): readonly Point[] {
  const newest = new Set(newestOfEach(points));
  const turn = ({ verifiedAt, triedAt }: Point): number => Math.max(verifiedAt ?? -1, triedAt ?? -1);
  const rank = (point: Point): number => (turn(point) >= 0 ? 2 : newest.has(point) ? 0 : 1);
  return points.toSorted((a, b) => rank(a) - rank(b) || turn(a) - turn(b) || b.time - a.time || compare(a.vmKey, b.vmKey));
}

/** The newest point of each VM, as they come. */
export function newestOfEach<Point extends VerifiablePoint>(points: readonly Point[]): readonly Point[] {
  const newest = new Map<string, Point>();
  for (const point of points) {
    const found = newest.get(point.vmKey);
    if (found === undefined || found.time < point.time) newest.set(point.vmKey, point);
  }
  return [...newest.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
