import { Button } from '@fluentui/react-components';
import { Flash24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { RecoveryCard } from './recoveries/recovery-card.tsx';

/** VMs that run from the backup storage. */
export function Recoveries() {
  const say = useText();
  const [, go] = useLocation();
  const recoveries = useQuery(queries.recoveries);
  return (
    <Page title={say('recoveries.title')} lead={say('recoveries.lead')}>
      {recoveries.data === undefined ? (
        recoveries.isError ? (
          <Failure error={recoveries.error} retry={() => void recoveries.refetch()} />
        ) : (
          <Loading />
        )
      ) : recoveries.data.length === 0 ? (
        <Card className="grow column">
          <Empty
            icon={<Flash24Regular aria-hidden />}
            title={say('recoveries.empty')}
            action={
              <Button appearance="primary" onClick={() => go('/restore')}>
                {say('recoveries.start')}
              </Button>
            }
          >
            {say('recoveries.empty.lead')}
          </Empty>
        </Card>
      ) : (
        recoveries.data.map((one) => <RecoveryCard key={one.id} recovery={one} />)
      )}
    </Page>
  );
}
