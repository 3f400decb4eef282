import { Button } from '@fluentui/react-components';
import { Add20Regular, FolderAdd20Regular, Storage48Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { KeyDialog, RepositoryDialog, type NewKey } from './repositories/dialogs.tsx';
import { RepositoryCard } from './repositories/repository-card.tsx';

export function Repositories() {
  const say = useText();
  const repositories = useQuery(queries.repositories);
  const [adding, setAdding] = useState<'create' | 'add' | null>(null);
  const [key, setKey] = useState<NewKey | null>(null);
  const actions = (
    <>
      <Button icon={<FolderAdd20Regular />} onClick={() => setAdding('add')}>
        {say('repositories.add')}
      </Button>
      <Button appearance="primary" icon={<Add20Regular />} onClick={() => setAdding('create')}>
        {say('repositories.create')}
      </Button>
    </>
  );
  return (
    <Page title={say('repositories.title')} lead={say('repositories.lead')} actions={actions}>
      {repositories.data === undefined ? (
        repositories.isError ? (
          <Failure error={repositories.error} retry={() => void repositories.refetch()} />
        ) : (
          <Loading />
        )
      ) : repositories.data.length === 0 ? (
        <Card className="grow column">
          <Empty icon={<Storage48Regular aria-hidden />} title={say('repositories.empty')}>
            {say('repositories.empty.lead')}
          </Empty>
        </Card>
      ) : (
        repositories.data.map((one) => <RepositoryCard key={one.id} repository={one} onKey={setKey} />)
      )}
      {adding !== null && (
        <RepositoryDialog
          mode={adding}
          onClose={(made) => {
            setAdding(null);
            if (made !== null) setKey(made);
          }}
        />
      )}
      {key !== null && <KeyDialog made={key} onClose={() => setKey(null)} />}
    </Page>
  );
}
