import type { KeepRule, PlannedLife } from '#contract';

export interface Living {
  readonly at: number;
  readonly rules: readonly KeepRule[];
}

/** The points that live at a moment and what keeps them then, newest first. */
export function livesAt(points: readonly PlannedLife[], moment: number): readonly Living[] {
  return points
    .filter(({ at }) => at <= moment)
    .flatMap(({ at, spans }) => {
      const span = spans.find(({ until }) => until === null || moment < until);
      return span === undefined ? [] : [{ at, rules: span.rules }];
    })
    .toReversed();
}

/** What is drawn of a point; `goes` where the next prune drops it. */
export type Telling = KeepRule | 'goes';

/** The longest-lasting reason is the one to tell of where there is room for one. */
const byReach: readonly Telling[] = ['pinned', 'no-policy', 'yearly', 'monthly', 'weekly', 'daily', 'hourly'];
const reachOf = (rule: Telling): number => (byReach.includes(rule) ? byReach.length - byReach.indexOf(rule) : 0);

export function tellingRule(rules: readonly KeepRule[]): Telling {
  return byReach.find((rule) => rules.some((one) => one === rule)) ?? rules[0] ?? 'goes';
}

/** Each point a row from its making, or the beginning, to its end, as the path of an SVG a thousand wide: one path for every rule, the longest-lasting last. */
export function livesPaths(
  points: readonly PlannedLife[],
  of: { readonly from: number; readonly to: number },
): readonly (readonly [rule: Telling, path: string])[] {
  const paths = new Map<Telling, string>();
  const within = (moment: number): number => Math.max(of.from, Math.min(moment, of.to));
  const x = (moment: number): number => Math.round((10_000 * (within(moment) - of.from)) / (of.to - of.from)) / 10;
  for (const [row, { at, spans }] of points.entries()) {
    let begin = at;
    for (const { rules, until } of spans) {
      const rule = tellingRule(rules);
      paths.set(rule, `${paths.get(rule) ?? ''}M${x(begin)} ${row + 0.5}H${x(until ?? of.to)}`);
      begin = until ?? of.to;
    }
  }
  return [...paths].toSorted(([a], [b]) => reachOf(a) - reachOf(b));
}
