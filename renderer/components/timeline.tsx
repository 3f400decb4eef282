/** Restore points of one VM along the time. */
import { useRef } from 'react';
import type { PointView } from '#contract';
import { agoText, timeText } from '../format/format.ts';
import { useText } from '../use-text.ts';
import { EvidenceBadge } from './evidence-badge.tsx';

interface TimelineProps {
  /** Newest first. */
  readonly points: readonly PointView[];
  readonly selected: string | null;
  onSelect(point: PointView): void;
}

const shownPoints = 120;

export function Timeline({ points, selected, onSelect }: TimelineProps) {
  const say = useText();
  const group = useRef<HTMLDivElement>(null);
  const shown = points.slice(0, shownPoints).toReversed();
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return null;
  const span = Math.max(1, last.time - first.time);
  const placeOf = (time: number): number => (shown.length === 1 ? 50 : ((time - first.time) / span) * 100);
  const nameOf = ({ time, consistency, evidence }: PointView): string =>
    [
      timeText(time),
      say(`consistency.${consistency}`),
      ...(evidence === null ? [] : [say(`evidence.grade.${evidence.grade}`)]),
    ].join(', ');
  const chosen = shown.find((point) => point.id === selected);
  const move = (by: number): void => {
    const index = shown.findIndex((point) => point.id === selected);
    const next = shown[Math.max(0, Math.min(shown.length - 1, index + by))];
    if (next === undefined) return;
    onSelect(next);
    group.current?.querySelector<HTMLElement>(`[data-point="${next.id}"]`)?.focus();
  };
  return (
    <div
      className="timeline"
      role="group"
      aria-label={say('timeline.label')}
      ref={group}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') move(1);
        else if (event.key === 'ArrowLeft') move(-1);
        else return;
        event.preventDefault();
      }}
    >
      {chosen !== undefined && (
        <div className="flag">
          <span className="strong">{timeText(chosen.time)}</span> <span className="muted">{agoText(chosen.time)}</span>{' '}
          <EvidenceBadge evidence={chosen.evidence} />
        </div>
      )}
      {shown.map((point, index) => (
        <button
          key={point.id}
          type="button"
          data-point={point.id}
          className={`${point.consistency} ${point.evidence === null ? '' : `verified ${point.evidence.grade}`}`}
          aria-pressed={point.id === selected}
          aria-label={nameOf(point)}
          tabIndex={point.id === selected || (chosen === undefined && index === shown.length - 1) ? 0 : -1}
          style={{ left: `${placeOf(point.time)}%` }}
          onClick={() => onSelect(point)}
        />
      ))}
      {shown.length > 1 && (
        <>
          <span className="tick" style={{ left: 0 }}>
            {timeText(first.time)}
          </span>
          <span className="tick" style={{ left: '100%' }}>
            {timeText(last.time)}
          </span>
        </>
      )}
    </div>
  );
}
