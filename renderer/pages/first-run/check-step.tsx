import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { Checks } from '../hosts/host-card.tsx';

export function CheckStep({ host, onDone }: { readonly host: string; onDone(): void }) {
  const say = useText();
  const checks = useQuery(queries.check(host));
  const blocking = checks.data?.checks.filter((check) => check.verdict === 'blocking').length ?? 0;
  return (
    <>
      <div className="muted">{say('first.check.lead', { host })}</div>
      <Checks host={host} />
      {blocking > 0 && <div className="strong">{say('first.check.blocking', { count: blocking })}</div>}
      <div className="actions">
        <Button appearance="primary" disabled={checks.data === undefined} onClick={onDone}>
          {say('act.next')}
        </Button>
        <Button onClick={() => void checks.refetch()}>{say('first.check.again')}</Button>
      </div>
    </>
  );
}
