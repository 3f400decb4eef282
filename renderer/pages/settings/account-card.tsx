import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Facts } from '../../components/facts.tsx';
import { Card } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** Whom Task Scheduler runs jobs as. */
export function AccountCard() {
  const say = useText();
  const account = useQuery(queries.taskAccount);
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const set = useAct(
    (wanted: { readonly user: string | null; readonly password: string | null }) => api.scheduler.setAccount.mutate(wanted),
    {
      silent: true,
      onDone: () => {
        setUser('');
        setPassword('');
      },
    },
  );
  return (
    <Card title={say('account.title')} className="column">
      {account.isError ? (
        <Failure error={account.error} retry={() => void account.refetch()} />
      ) : account.data === undefined ? (
        <Loading rows={2} />
      ) : !account.data.available ? (
        <div className="muted">{say('account.none')}</div>
      ) : (
        <form
          className="column"
          onSubmit={(event) => {
            event.preventDefault();
            if (user !== '' && password !== '') set.mutate({ user, password });
          }}
        >
          <div className="muted">{say('account.lead')}</div>
          <Facts facts={[[say('account.now'), account.data.user ?? 'SYSTEM']]} />
          <Field label={say('account.user')} hint={say('account.user.hint')}>
            <Input value={user} maxLength={256} autoComplete="off" onChange={(_event, { value }) => setUser(value)} />
          </Field>
          <Field label={say('account.password')}>
            <Input
              type="password"
              value={password}
              maxLength={1024}
              autoComplete="new-password"
              onChange={(_event, { value }) => setPassword(value)}
            />
          </Field>
          {set.isError && <Failure error={set.error} />}
          <div className="actions">
            <Button type="submit" disabled={user === '' || password === '' || set.isPending}>
              {say('account.set')}
            </Button>
            {account.data.user !== null && (
              <Button disabled={set.isPending} onClick={() => set.mutate({ user: null, password: null })}>
                {say('account.system')}
              </Button>
            )}
          </div>
        </form>
      )}
    </Card>
  );
}
