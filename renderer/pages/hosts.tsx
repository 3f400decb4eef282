import { Button } from '@fluentui/react-components';
import { Add20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '../components/page.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { AddHostDialog } from './hosts/add-host.tsx';
import { HostCard } from './hosts/host-card.tsx';

export function Hosts() {
  const say = useText();
  const hosts = useQuery(queries.hosts);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={say('hosts.title')}
      lead={say('hosts.lead')}
      actions={
        <Button appearance="primary" icon={<Add20Regular />} onClick={() => setAdding(true)}>
          {say('hosts.add')}
        </Button>
      }
    >
      {hosts.data === undefined ? (
        hosts.isError ? (
          <Failure error={hosts.error} retry={() => void hosts.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        hosts.data.map((host) => <HostCard key={host.name} host={host} />)
      )}
      {adding && <AddHostDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}
