import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { Card } from '../../components/page.tsx';
import { Loading } from '../../components/states.tsx';
import { latePage } from '../../late-page.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

const AlertList = latePage(async () => (await import('./alert-list.tsx')).AlertList);

/** Alerts of jobs that nobody has seen yet; the tray keeps its mark as long. */
export function Alerts() {
  const say = useText();
  const alerts = useQuery(queries.alerts);
  const open = (alerts.data ?? []).filter((alert) => alert.seenAt === null);
  if (open.length === 0) return null;
  return (
    <Card title={say('overview.alerts')}>
      <Suspense fallback={<Loading rows={open.length} />}>
        <AlertList alerts={open} />
      </Suspense>
    </Card>
  );
}
