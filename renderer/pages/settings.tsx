import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Settings as SettingsView } from '#contract';
import { api } from '../api.ts';
import { useAct } from '../components/act.tsx';
import { Card, Page } from '../components/page.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { desktop } from '../desktop.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { AccountCard } from './settings/account-card.tsx';
import { DesktopCards } from './settings/desktop-cards.tsx';
import { NotifyCard } from './settings/notify-card.tsx';
import { SupportCard } from './settings/support-card.tsx';
import { TransferCard } from './settings/transfer-card.tsx';

export function Settings() {
  const say = useText();
  const settings = useQuery(queries.settings);
  const session = useQuery(queries.session);
  const save = useAct((next: SettingsView) => api.settings.set.mutate(next));
  if (settings.data === undefined)
    return (
      <Page title={say('settings.title')}>
        {settings.isError ? <Failure error={settings.error} retry={() => void settings.refetch()} /> : <Loading />}
      </Page>
    );
  const now = settings.data;
  const change = (part: Partial<SettingsView>): void => save.mutate({ ...now, ...part });
  return (
    <Page title={say('settings.title')}>
      <div className="halves cards">
        <div className="column">
          <Card title={say('settings.appearance')} className="column">
            <Field label={say('settings.theme')}>
              <RadioGroup value={now.theme} onChange={(_event, { value }) => change({ theme: value as SettingsView['theme'] })}>
                <Radio value="system" label={say('settings.theme.system')} />
                <Radio value="light" label={say('settings.theme.light')} />
                <Radio value="dark" label={say('settings.theme.dark')} />
              </RadioGroup>
            </Field>
            <Field label={say('settings.language')}>
              <RadioGroup
                value={now.language}
                onChange={(_event, { value }) => change({ language: value as SettingsView['language'] })}
              >
                <Radio value="system" label={say('settings.language.system')} />
                <Radio value="en" label="English" />
                <Radio value="de" label="Deutsch" />
              </RadioGroup>
            </Field>
          </Card>
          <NotifyCard />
          <AccountCard />
        </div>
        <div className="column">
          <Card title={say('settings.about')}>
            {session.data !== undefined && (
              <dl className="facts">
                <dt>{say('settings.version')}</dt>
                <dd>{session.data.version}</dd>
                <dt>{say('settings.user')}</dt>
                <dd>{session.data.user}</dd>
                <dt>{say('settings.home')}</dt>
                <dd className="mono">{session.data.home}</dd>
                <dt>{say('settings.keystore')}</dt>
                <dd>{say(session.data.keystore ? 'settings.keystore.there' : 'settings.keystore.none')}</dd>
              </dl>
            )}
          </Card>
          {desktop !== undefined && <DesktopCards desktop={desktop} />}
          <TransferCard />
          {session.data !== undefined && <SupportCard home={session.data.home} />}
        </div>
      </div>
    </Page>
  );
}
