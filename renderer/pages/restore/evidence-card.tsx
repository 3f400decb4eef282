import { Button } from '@fluentui/react-components';
import { ShieldTask20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { EvidenceBadge } from '../../components/evidence-badge.tsx';
import { EvidenceReport } from '../../components/evidence-report.tsx';
import { Card } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { timeText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import type { PointPlace } from '../restore-point.tsx';

/** What is known of how sound this restore point is, and a way to know more. */
export function EvidenceCard({ place }: { readonly place: PointPlace }) {
  const say = useText();
  const [, go] = useLocation();
  const reports = useQuery(queries.evidence(place.repository, place.point));
  const verify = useAct((all: boolean) => api.points.verify.mutate({ ...place, all }), {
    onDone: ({ run }) => go(`/runs/${run}`),
  });
  const [newest, ...earlier] = reports.data ?? [];
  return (
    <Card title={say('evidence.title')} className="column">
      {reports.isError ? (
        <Failure error={reports.error} retry={() => void reports.refetch()} />
      ) : reports.data === undefined ? (
        <Loading rows={2} />
      ) : newest === undefined ? (
        <div className="muted">
          {say('evidence.none.lead')} {say('evidence.lead')}
        </div>
      ) : (
        <EvidenceReport evidence={newest} />
      )}
      {earlier.length > 0 && (
        <details>
          <summary>{say('evidence.earlier')}</summary>
          <ul className="list">
            {earlier.map((one) => (
              <li key={one.at} className="item row" style={{ padding: '6px 0' }}>
                <EvidenceBadge evidence={one} />
                <span className="small muted number">
                  {say('evidence.when', { time: timeText(one.at), depth: say(`evidence.depth.${one.depth}`) })}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="actions">
        <Button icon={<ShieldTask20Regular />} disabled={verify.isPending} onClick={() => verify.mutate(false)}>
          {say('evidence.now')}
        </Button>
        <Button disabled={verify.isPending} onClick={() => verify.mutate(true)}>
          {say('evidence.now.all')}
        </Button>
        <CommandButton command={['hostkeep', 'verify', place.point]} />
      </div>
    </Card>
  );
}
