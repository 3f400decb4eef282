import { useMemo } from 'react';
import type { PlanView } from '#contract';
import { useText } from '../../use-text.ts';
import { livesPaths } from './lives-at.ts';

interface LivesChartProps {
  readonly lives: NonNullable<PlanView['lives']>;
  /** The day that is looked at, drawn across. */
  readonly day: number;
}

const dayMs = 86_400_000;
const rowPixels = 3;
const [lowest, highest] = [60, 200];
const thinnest = 1.4;

/** The lives of restore points over the time; the table beside it says the same in words. */
export function LivesChart({ lives: { from, days, points }, day }: LivesChartProps) {
  const say = useText();
  const paths = useMemo(() => livesPaths(points, { from, to: from + days * dayMs }), [points, from, days]);
  const rows = Math.max(1, points.length);
  const height = Math.max(lowest, Math.min(highest, rows * rowPixels));
  // A row of a year is thinner than a pixel: what is drawn last lies over its neighbours.
  const thick = Math.max(thinnest, (0.8 * height) / rows);
  const at = (1000 * day) / days;
  return (
    <div className="lives" role="img" aria-label={say('kept.chart', { count: points.length, days })}>
      <svg viewBox={`0 0 1000 ${rows}`} preserveAspectRatio="none" style={{ height }} aria-hidden>
        {paths.map(([rule, path]) => (
          <path key={rule} className={rule} d={path} strokeWidth={thick} vectorEffect="non-scaling-stroke" />
        ))}
        <path className="day" d={`M${at} 0V${rows}`} strokeWidth={2} vectorEffect="non-scaling-stroke" />
      </svg>
      <div className="row small muted" aria-hidden>
        <span className="grow">{say('kept.today')}</span>
        <span>{say('kept.in-days', { days })}</span>
      </div>
      <div className="row wrap small" aria-hidden>
        {paths.map(([rule]) => (
          <span key={rule} className="rule">
            <span className={`swatch ${rule}`} />
            {say(`kept.rule.${rule}`)}
          </span>
        ))}
      </div>
    </div>
  );
}
