import { lazy, Suspense } from 'react';
import type { RepositoryView } from '#contract';
import { Card } from '../../components/page.tsx';
import { bytesText, percentText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

// The chart library is as large as everything else together: it loads when there is something to draw.
const TrendChart = lazy(() => import('./trend-chart.tsx'));

export function StorageCard({ repositories }: { readonly repositories: readonly RepositoryView[] }) {
  const say = useText();
  const known = repositories.filter((one) => one.measuredAt !== null);
  if (known.length === 0) return null;
  return (
    <Card title={say('overview.storage')}>
      {known.map((one) => (
        <div key={one.id} className="column tight" style={{ marginBottom: 10 }}>
          <div className="row">
            <span className="grow strong clip">{one.name}</span>
            <span className="number">{bytesText(one.storedBytes)}</span>
          </div>
          <span className="small muted">
            {say('overview.storage.saved', {
              points: one.points,
              size: bytesText(one.logicalBytes),
              share: percentText(one.logicalBytes === 0 ? 0 : 1 - one.storedBytes / one.logicalBytes),
            })}
          </span>
          {one.trend.length > 1 && (
            <Suspense fallback={<div style={{ height: 84 }} />}>
              <TrendChart trend={one.trend} label={say('overview.storage.trend', { name: one.name })} />
            </Suspense>
          )}
        </div>
      ))}
    </Card>
  );
}
