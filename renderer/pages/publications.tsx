import { Button } from '@fluentui/react-components';
import { PlugConnected24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { PublicationCard } from './publications/publication-card.tsx';

/** Restore points that are served as disks. */
export function Publications() {
  const say = useText();
  const [, go] = useLocation();
  const publications = useQuery(queries.publications);
  return (
    <Page title={say('publications.title')} lead={say('publications.lead')}>
      {publications.data === undefined ? (
        publications.isError ? (
          <Failure error={publications.error} retry={() => void publications.refetch()} />
        ) : (
          <Loading />
        )
      ) : publications.data.length === 0 ? (
        <Card className="grow column">
          <Empty
            icon={<PlugConnected24Regular aria-hidden />}
            title={say('publications.empty')}
            action={
              <Button appearance="primary" onClick={() => go('/restore')}>
                {say('recoveries.start')}
              </Button>
            }
          >
            {say('publications.empty.lead')}
          </Empty>
        </Card>
      ) : (
        publications.data.map((one) => <PublicationCard key={one.id} publication={one} />)
      )}
    </Page>
  );
}
