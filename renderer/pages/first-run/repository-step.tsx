import { Button } from '@fluentui/react-components';
import { Storage24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RepositoryView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Failure } from '../../components/states.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import type { NewKey } from '../repositories/dialogs.tsx';
import { ConfirmKey, RepositoryFields, useRepositoryForm } from '../repositories/forms.tsx';

export function RepositoryStep({ repositories, onDone }: { readonly repositories: readonly RepositoryView[]; onDone(): void }) {
  const say = useText();
  const { data: session } = useQuery(queries.session);
  const separator = session?.platform === 'win32' ? '\\' : '/';
  const form = useRepositoryForm('create', {
    name: say('first.repository.name'),
    folder: session === undefined ? '' : `${session.home}${separator}repository`,
  });
  const [made, setMade] = useState<NewKey | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const { name, folder, secret } = form.value;
  const create = useAct(() => api.repositories.create.mutate({ name, folder, passphrase: secret }), {
    silent: true,
    onDone: setMade,
  });
  if (made !== null)
    return (
      <>
        <ConfirmKey made={made} confirmed={confirmed} onConfirmed={() => setConfirmed(true)} />
        <div className="actions">
          <Button appearance="primary" disabled={!confirmed} onClick={onDone}>
            {say('act.next')}
          </Button>
          {!confirmed && (
            <Button appearance="subtle" onClick={onDone}>
              {say('key.later')}
            </Button>
          )}
        </div>
      </>
    );
  return (
    <form
      className="column"
      onSubmit={(event) => {
        event.preventDefault();
        if (form.isComplete) create.mutate(undefined);
      }}
    >
      <div className="muted">{say('first.repository.lead')}</div>
      {repositories.map((one) => (
        <button key={one.id} type="button" className="choice" onClick={onDone}>
          <Storage24Regular />
          <span className="column tight">
            <span className="strong">{one.name}</span>
            <span className="small muted mono">{one.folder}</span>
          </span>
        </button>
      ))}
      <RepositoryFields form={form} mode="create" />
      {create.isError && <Failure error={create.error} />}
      <div className="actions">
        <Button appearance="primary" type="submit" disabled={!form.isComplete || create.isPending}>
          {say(create.isPending ? 'state.working' : 'repositories.create.do')}
        </Button>
      </div>
    </form>
  );
}
