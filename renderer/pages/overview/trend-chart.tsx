import { Area, AreaChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { RepositoryView } from '#contract';
import { bytesText, timeText } from '../../format/format.ts';

interface TrendChartProps {
  readonly trend: RepositoryView['trend'];
  readonly label: string;
}

/** How the space of a repository has grown; the figures themselves stand beside it. */
export default function TrendChart({ trend, label }: TrendChartProps) {
  return (
    <div role="img" aria-label={label} style={{ height: 84 }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 260, height: 84 }}>
        <AreaChart data={[...trend]} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <XAxis dataKey="at" type="number" domain={['dataMin', 'dataMax']} hide />
          <YAxis hide domain={[0, 'dataMax']} />
          <Tooltip
            isAnimationActive={false}
            labelFormatter={(at) => timeText(Number(at))}
            formatter={(value) => [bytesText(Number(value)), '']}
            separator=""
            contentStyle={{
              background: 'var(--colorNeutralBackground1)',
              border: '1px solid var(--colorNeutralStroke2)',
              borderRadius: 8,
            }}
          />
          <Area
            dataKey="storedBytes"
            type="stepAfter"
            isAnimationActive={false}
            stroke="var(--colorCompoundBrandStroke)"
            strokeWidth={2}
            fill="var(--colorBrandBackground2)"
            fillOpacity={0.9}
          />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}
