import { Button, Field, Input, Switch } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { noticeWishes, type Desktop, type PreferencesChange } from '#contract';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';
import { Choice } from '../../components/choice.tsx';

/** What only a desktop window has: the tray, toasts, the start with the system, updates. */
export function DesktopCards({ desktop }: { readonly desktop: Desktop }) {
  const say = useText();
  const questions = useQueryClient();
  const kept = useQuery({ queryKey: ['desktop'], queryFn: () => desktop.preferences(), staleTime: Infinity });
  const change = useAct((part: PreferencesChange) => desktop.setPreferences(part), {
    onDone: (next) => questions.setQueryData(['desktop'], next),
  });
  const look = useAct(() => desktop.lookForUpdate());
  const [feed, setFeed] = useState<string | null>(null);
  if (kept.data === undefined)
    return <Card title={say('desktop.title')}>{kept.isError ? <Failure error={kept.error} /> : <Loading />}</Card>;
  const { startWithSystem, closeToTray, notices, updateFeed } = kept.data;
  const typed = feed ?? updateFeed ?? '';
  return (
    <>
      <Card title={say('desktop.title')} className="column">
        <Switch
          label={say('desktop.start')}
          checked={startWithSystem}
          onChange={(_event, { checked }) => change.mutate({ startWithSystem: checked })}
        />
        <Switch
          label={say('desktop.close')}
          checked={closeToTray}
          onChange={(_event, { checked }) => change.mutate({ closeToTray: checked })}
        />
        <Choice
          label={say('desktop.notices')}
          value={notices}
          values={noticeWishes}
          textOf={(one) => say(`notify.when.${one}`)}
          onChange={(wish) => change.mutate({ notices: wish })}
        />
      </Card>
      <Card title={say('settings.updates')} className="column">
        <Field label={say('updates.feed')} hint={say('updates.feed.hint')}>
          <Input placeholder="https://" value={typed} onChange={(_event, { value }) => setFeed(value)} />
        </Field>
        <div className="actions">
          <Button
            disabled={typed === (updateFeed ?? '')}
            onClick={() => change.mutate({ updateFeed: typed === '' ? null : typed })}
          >
            {say('jobs.save')}
          </Button>
          <Button disabled={updateFeed === null || look.isPending} onClick={() => look.mutate(undefined)}>
            {say('updates.look')}
          </Button>
        </div>
        <div role="status">
          {look.data?.kind === 'newer' && say('updates.newer', { version: look.data.version, notes: look.data.notes })}
          {look.data?.kind === 'current' && say('updates.current', { version: look.data.version })}
          {look.data?.kind === 'unknown' && say(`updates.${look.data.why}`)}
        </div>
      </Card>
    </>
  );
}
