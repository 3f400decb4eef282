import { Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DrillForm as Form } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Choice } from '../../components/choice.tsx';
import { FormEnd } from '../../components/form-end.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { ListField } from '../jobs/list-field.tsx';
import { NumberField } from '../jobs/number-field.tsx';
import { StartFields } from '../jobs/start-fields.tsx';
import { usualJob } from '../jobs/usual-job.ts';
import { KeyFields } from './key-fields.tsx';

const usual: Form = {
  name: '',
  host: '',
  repository: '',
  vms: [],
  folder: '',
  switch: null,
  listen: null,
  waitSeconds: 600,
  keyFile: null,
  passphraseFile: null,
  recurrence: 'weekly',
  hours: usualJob.hours,
  time: '03:00',
  weekdays: ['sunday'],
  day: usualJob.day,
  timeZone: usualJob.timeZone,
};

interface DrillFormProps {
  /** The drill that is changed; null makes a new one. */
  readonly drill: string | null;
  onClose(): void;
}

/** A drill by a form. Records of what was seen before it is changed stay what they are. */
export function DrillForm({ drill, onClose }: DrillFormProps) {
  const say = useText();
  const unlock = useUnlock();
  const hosts = useQuery(queries.hosts);
  const repositories = useQuery(queries.repositories);
  const session = useQuery(queries.session);
  const before = useQuery({ ...queries.drill(drill ?? ''), enabled: drill !== null });
  const [typed, setTyped] = useState<Partial<Form>>({});
  const form: Form = {
    ...usual,
    name: say('drill.name.default'),
    host: hosts.data?.[0]?.name ?? '',
    repository: repositories.data?.[0]?.id ?? '',
    ...before.data?.form,
    ...typed,
  };
  const set = (part: Partial<Form>): void => setTyped((so) => ({ ...so, ...part }));
  const act = useAct(
    async () => {
      if (form.passphraseFile === null && !(await unlock(form.repository))) return null;
      return drill === null ? api.drills.create.mutate(form) : api.drills.edit.mutate({ drill, form });
    },
    { silent: true, onDone: (made) => made !== null && onClose() },
  );
  const title = say(drill === null ? 'drills.new' : 'drills.edit');
  const isRead = drill === null || before.data !== undefined;
  if (hosts.data === undefined || repositories.data === undefined || session.data === undefined || !isRead)
    return <Page title={title}>{before.isError ? <Failure error={before.error} /> : <Loading rows={8} />}</Page>;
  const isElsewhere = (hosts.data.find(({ name }) => name === form.host)?.address ?? null) !== null;
  const needsFiles = !session.data.keystore;
  const needs = [
    [form.name !== '', say('drill.name')],
    [form.repository !== '', say('protect.repository')],
    [form.host !== '', say('drill.host')],
    [form.folder !== '', say('drill.folder')],
    [!isElsewhere || form.listen !== null, say('instant.listen')],
    [form.recurrence !== 'weekly' || form.weekdays.length > 0, say('jobs.weekdays')],
    [!needsFiles || form.passphraseFile !== null, say('jobs.passphrase-file')],
    [!needsFiles || form.keyFile !== null, say('drill.key-file')],
  ] as const;
  const given = (text: string): string | null => (text === '' ? null : text);
  return (
    <Page title={title} lead={say('drills.lead')}>
      <div className="split">
        <Card title={say('drill.what')} className="column">
          <Field label={say('drill.name')} required>
            <Input value={form.name} maxLength={63} onChange={(_event, { value }) => set({ name: value })} />
          </Field>
          <Choice
            label={say('protect.repository')}
            value={form.repository}
            values={repositories.data.map(({ id }) => id)}
            textOf={(id) => repositories.data.find((one) => one.id === id)?.name ?? ''}
            onChange={(repository) => set({ repository })}
          />
          <ListField label={say('drill.vms')} hint={say('drill.vms.hint')} value={form.vms} onChange={(vms) => set({ vms })} />
          <Choice
            label={say('drill.host')}
            value={form.host}
            values={hosts.data.map(({ name }) => name)}
            textOf={(name) => name}
            onChange={(host) => set({ host })}
          />
          <Field label={say('drill.folder')} hint={say('drill.folder.hint')} required>
            <Input value={form.folder} onChange={(_event, { value }) => set({ folder: value })} />
          </Field>
          <Field label={say('drill.switch')} hint={say('drill.switch.hint')}>
            <Input value={form.switch ?? ''} onChange={(_event, { value }) => set({ switch: given(value) })} />
          </Field>
          {isElsewhere && (
            <Field label={say('instant.listen')} hint={say('instant.listen.hint')} required>
              <Input value={form.listen ?? ''} onChange={(_event, { value }) => set({ listen: given(value) })} />
            </Field>
          )}
          <NumberField
            label={say('drill.wait')}
            value={form.waitSeconds}
            least={1}
            most={86_400}
            onChange={(waitSeconds) => set({ waitSeconds })}
          />
        </Card>
        <div className="column" style={{ gap: 16 }}>
          <Card title={say('drill.when')} className="column">
            <StartFields plan={form} onChange={set} />
          </Card>
          {needsFiles && <KeyFields form={form} onChange={set} />}
        </div>
      </div>
      <FormEnd deed={say(drill === null ? 'drill.create' : 'jobs.save')} needs={needs} act={act} onCancel={onClose} />
    </Page>
  );
}
