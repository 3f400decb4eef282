import { Button } from '@fluentui/react-components';
import { Add20Regular, Beaker24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { CheckRecord } from './drills/check-record.tsx';
import { DrillCard } from './drills/drill-card.tsx';
import { DrillForm } from './drills/drill-form.tsx';
import { RecordTable } from './drills/record-table.tsx';

/** Restore points that are started for a trial, and what was seen. */
export function Drills() {
  const say = useText();
  const [making, setMaking] = useState(false);
  const [editing, setEditing] = useState<string | null>(null);
  const drills = useQuery(queries.drills);
  const records = useQuery(queries.drillRecords);
  if (making) return <DrillForm drill={null} onClose={() => setMaking(false)} />;
  if (editing !== null) return <DrillForm drill={editing} onClose={() => setEditing(null)} />;
  const failed = [drills, records].find((query) => query.isError && query.data === undefined);
  return (
    <Page
      title={say('drills.title')}
      lead={say('drills.lead')}
      actions={
        <Button appearance="primary" icon={<Add20Regular />} onClick={() => setMaking(true)}>
          {say('drills.new')}
        </Button>
      }
    >
      {failed !== undefined ? (
        <Failure error={failed.error} retry={() => void failed.refetch()} />
      ) : drills.data === undefined || records.data === undefined ? (
        <Loading rows={6} />
      ) : (
        <>
          {drills.data.length === 0 ? (
            <Card className="column">
              <Empty icon={<Beaker24Regular aria-hidden />} title={say('drills.empty')}>
                {say('drills.empty.lead')}
              </Empty>
            </Card>
          ) : (
            drills.data.map((drill) => <DrillCard key={drill.id} drill={drill} onEdit={() => setEditing(drill.id)} />)
          )}
          <Card title={say('records.title')} className="column">
            {records.data.length === 0 ? (
              <div className="muted">{say('records.empty')}</div>
            ) : (
              <RecordTable records={records.data} />
            )}
          </Card>
          <CheckRecord />
        </>
      )}
    </Page>
  );
}
