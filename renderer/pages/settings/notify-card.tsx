import { Button, Field, Input, Select, Switch } from '@fluentui/react-components';
import { Add16Regular, Delete20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Answers } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { MomentInput } from '../../components/moment-input.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { MailFields } from './mail-fields.tsx';
import { SecretField } from './secret-field.tsx';

export type NotifyForm = Answers['notify']['get'];

const usualMail: NonNullable<NotifyForm['mail']> = {
  host: '',
  port: 587,
  security: 'starttls',
  user: null,
  passwordFile: null,
  certificatesFile: null,
  from: '',
  to: [],
};

/** Who is told when something is wrong: mail, webhooks, the event log. */
export function NotifyCard() {
  const say = useText();
  const kept = useQuery(queries.notify);
  const [typed, setTyped] = useState<Partial<NotifyForm>>({});
  const save = useAct((form: NotifyForm) => api.notify.set.mutate(form), { silent: true, onDone: () => setTyped({}) });
  const test = useAct(() => api.notify.test.mutate({}));
  if (kept.data === undefined)
    return <Card title={say('settings.notify')}>{kept.isError ? <Failure error={kept.error} /> : <Loading />}</Card>;
  const form: NotifyForm = { ...kept.data, ...typed };
  const set = (part: Partial<NotifyForm>): void => setTyped({ ...typed, ...part });
  const isChanged = Object.keys(typed).length > 0;
  const result = test.data;
  return (
    <Card title={say('settings.notify')} className="column">
      <Switch
        label={say('notify.mail')}
        checked={form.mail !== null}
        onChange={(_event, { checked }) => set({ mail: checked ? usualMail : null })}
      />
      {form.mail !== null && <MailFields mail={form.mail} onChange={(mail) => set({ mail })} />}
      <Webhooks value={form.webhooks} onChange={(webhooks) => set({ webhooks })} />
      <Switch
        label={say('notify.event-log')}
        checked={form.eventLog}
        onChange={(_event, { checked }) => set({ eventLog: checked })}
      />
      <Field label={say('notify.digest')} hint={say('notify.digest.hint')}>
        <MomentInput kind="time" value={form.digestAt ?? ''} onChange={(time) => set({ digestAt: time === '' ? null : time })} />
      </Field>
      <Switch
        label={say('notify.month')}
        checked={form.monthlyReport}
        onChange={(_event, { checked }) => set({ monthlyReport: checked })}
      />
      {form.monthlyReport && (
        <Field label={say('notify.month.language')}>
          <Select
            value={form.reportLanguage}
            onChange={(_event, { value }) => set({ reportLanguage: value === 'de' ? 'de' : 'en' })}
          >
            <option value="en">English</option>
            <option value="de">Deutsch</option>
          </Select>
        </Field>
      )}
      {save.isError && <Failure error={save.error} />}
      <div className="actions">
        <Button appearance="primary" disabled={!isChanged || save.isPending} onClick={() => save.mutate(form)}>
          {say('jobs.save')}
        </Button>
        <Button disabled={isChanged || test.isPending} onClick={() => test.mutate(undefined)}>
          {say(test.isPending ? 'notify.testing' : 'notify.test')}
        </Button>
      </div>
      <div role="status" className="column tight">
        {result !== undefined && (
          <>
            <div>{say('notify.tested', { delivered: result.delivered, waiting: result.waiting })}</div>
            {[...result.failed, ...result.postponed].map((one) => (
              <div key={`${one.channel} ${one.target}`} className="small bad">
                {`${one.channel} ${one.target}: ${one.why}`}
              </div>
            ))}
          </>
        )}
      </div>
    </Card>
  );
}

interface WebhooksProps {
  readonly value: NotifyForm['webhooks'];
  onChange(value: NotifyForm['webhooks']): void;
}

function Webhooks({ value, onChange }: WebhooksProps) {
  const say = useText();
  const put = (index: number, part: Partial<NotifyForm['webhooks'][number]>): void =>
    onChange(value.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <div className="column tight" role="group" aria-label={say('notify.webhooks')}>
      <div className="row">
        <span className="grow">{say('notify.webhooks')}</span>
        <Button
          size="small"
          icon={<Add16Regular />}
          aria-label={say('jobs.add-to', { what: say('notify.webhooks') })}
          onClick={() => onChange([...value, { name: `hook-${value.length + 1}`, url: '', keyFile: null }])}
        >
          {say('jobs.add')}
        </Button>
      </div>
      {value.map((hook, index) => (
        // Their order is all that tells them apart while they are typed.
        <div key={index} className="column tight stretch">
          <div className="row">
            <Input
              size="small"
              aria-label={say('notify.webhook.name', { number: index + 1 })}
              value={hook.name}
              onChange={(_event, { value: name }) => put(index, { name })}
              style={{ width: 120 }}
            />
            <Input
              className="grow"
              size="small"
              placeholder="https://"
              aria-label={say('notify.webhook.url', { number: index + 1 })}
              value={hook.url}
              onChange={(_event, { value: url }) => put(index, { url })}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<Delete20Regular />}
              aria-label={say('notify.webhook.remove', { name: hook.name })}
              onClick={() => onChange(value.filter((_one, at) => at !== index))}
            />
          </div>
          <SecretField
            of={hook.name}
            label={say('notify.webhook.key')}
            required
            file={hook.keyFile}
            onFile={(keyFile) => put(index, { keyFile })}
          />
        </div>
      ))}
    </div>
  );
}
