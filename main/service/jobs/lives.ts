/** How long each restore point of a simulation would live, and what would keep it meanwhile. */
import type { KeepRule, PlannedLife, RetentionVerdict } from '#contract';
import type { SimulatedPoints } from './simulate.ts';

interface Span {
  readonly rules: readonly KeepRule[];
  until: number | null;
}

/** Oldest first. What is still kept after the last start ends with `until` null. */
export function livesOf(simulated: readonly SimulatedPoints[]): readonly PlannedLife[] {
  const lives = new Map<number, Span[]>();
  for (const { at, kept, dropped } of simulated) {
    const moment = Date.parse(at);
    for (const verdict of kept) putSpan(lives, verdict, moment);
    for (const { time } of dropped) endSpan(lives.get(time), moment);
  }
  return [...lives].toSorted(([a], [b]) => a - b).map(([at, spans]) => ({ at, spans }));
}

function putSpan(lives: Map<number, Span[]>, { time, reasons }: RetentionVerdict, moment: number): void {
  const rules = reasons.map(({ rule }) => rule);
  const spans = lives.get(time) ?? [];
  if (spans.at(-1)?.rules.join() === rules.join()) return;
  endSpan(spans, moment);
  spans.push({ rules, until: null });
  lives.set(time, spans);
}

function endSpan(spans: Span[] | undefined, moment: number): void {
  const last = spans?.at(-1);
  if (last !== undefined) last.until = moment;
}
