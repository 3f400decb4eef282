import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { CopyButton } from '../components/copy-button.tsx';
import { Card, Page } from '../components/page.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { RecordFacts } from './drills/record-facts.tsx';

/** One signed record of this computer: what it says, who vouches for it, and the file to hand on. */
export function DrillRecordPage({ run }: { readonly run: string }) {
  const say = useText();
  const kept = useQuery(queries.drillRecord(run));
  if (kept.data === undefined)
    return (
      <Page title={say('records.title')}>
        {kept.isError ? <Failure error={kept.error} retry={() => void kept.refetch()} /> : <Loading rows={6} />}
      </Page>
    );
  const { record, publicKey, text } = kept.data;
  return (
    <Page title={say('record.title', { vm: record.vm })}>
      <Card className="column">
        <RecordFacts record={record} isOurs />
        <div className="row wrap">
          <span className="muted">{say('record.key')}</span>
          <span className="mono" data-testid="drill-key">
            {publicKey}
          </span>
          <CopyButton appearance="subtle" size="small" label={say('record.key.copy')} text={publicKey} />
        </div>
        <div className="row wrap">
          <a
            className="link"
            download={`drill-${record.vm}-${record.at.slice(0, 10)}.json`}
            href={`data:application/json;charset=utf-8,${encodeURIComponent(text)}`}
          >
            {say('record.save')}
          </a>
          <Link href={`/runs/${record.run}`}>{say('record.steps')}</Link>
        </div>
      </Card>
    </Page>
  );
}
