import { Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobForm as Form } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Choice } from '../../components/choice.tsx';
import { FormEnd } from '../../components/form-end.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { HowFields, NotifyFields } from './how-fields.tsx';
import { PlanFields } from './plan-fields.tsx';
import { KeptPreview, PlanPreview } from './plan-preview.tsx';
import { usualJob } from './usual-job.ts';
import { WhatFields } from './what-fields.tsx';

interface JobFormProps {
  /** The job that is changed; null makes a new one. */
  readonly job: string | null;
  /** VMs that are chosen from the beginning. */
  readonly chosen?: { readonly host: string; readonly vms: readonly string[] };
  onClose(): void;
}

/** A job by a form whose every field has a sensible default. */
export function JobForm({ job, chosen, onClose }: JobFormProps) {
  const say = useText();
  const unlock = useUnlock();
  const vms = useQuery(queries.vms);
  const repositories = useQuery(queries.repositories);
  const session = useQuery(queries.session);
  const before = useQuery({ ...queries.job(job ?? ''), enabled: job !== null });
  const [typed, setTyped] = useState<Partial<Form>>({});
  const title = say(job === null ? 'jobs.new' : 'jobs.edit');
  const present = (vms.data ?? []).filter((vm) => vm.state !== 'gone');
  const form: Form = {
    ...usualJob,
    name: say('jobs.name.default'),
    host: present[0]?.host ?? '',
    repository: repositories.data?.[0]?.id ?? '',
    ...(chosen === undefined ? {} : { host: chosen.host, select: 'chosen' as const, vms: [...chosen.vms] }),
    ...before.data?.form,
    ...typed,
  };
  const set = (part: Partial<Form>): void => setTyped((so) => ({ ...so, ...part }));
  const act = useAct(
    async () => {
      if (form.passphraseFile === null && !(await unlock(form.repository))) return null;
      return job === null ? api.jobs.create.mutate(form) : api.jobs.edit.mutate({ job, form });
    },
    { silent: true, onDone: (made) => made !== null && onClose() },
  );
  if (vms.data === undefined || repositories.data === undefined || (job !== null && before.data === undefined))
    return <Page title={title}>{before.isError ? <Failure error={before.error} /> : <Loading rows={8} />}</Page>;
  const needsFile = session.data?.keystore !== true;
  const isSelected = form.select === 'all' || (form.select === 'chosen' ? form.vms.length > 0 : form.tags.length > 0);
  const needs = [
    [form.name !== '', say('jobs.name')],
    [form.host !== '', say('vm.host')],
    [isSelected, say(form.select === 'tagged' ? 'jobs.tags' : 'jobs.select')],
    [form.repository !== '', say('protect.repository')],
    [!needsFile || form.passphraseFile !== null, say('jobs.passphrase-file')],
    [form.recurrence !== 'weekly' || form.weekdays.length > 0, say('jobs.weekdays')],
  ] as const;
  return (
    <Page title={title} lead={say('jobs.new.lead')}>
      <div className="split">
        <div className="column" style={{ gap: 16 }}>
          <Card title={say('jobs.what')} className="column">
            <WhatFields form={form} vms={present} onChange={set} />
          </Card>
          <Card title={say('jobs.where')} className="column">
            <Choice
              label={say('protect.repository')}
              value={form.repository}
              values={repositories.data.map(({ id }) => id)}
              textOf={(id) => repositories.data.find((one) => one.id === id)?.name ?? ''}
              onChange={(repository) => set({ repository })}
            />
            {needsFile && (
              <Field label={say('jobs.passphrase-file')} hint={say('jobs.passphrase-file.hint')} required>
                <Input
                  value={form.passphraseFile ?? ''}
                  onChange={(_event, { value }) => set({ passphraseFile: value === '' ? null : value })}
                />
              </Field>
            )}
          </Card>
          <Card title={say('protect.how')} className="column">
            <HowFields form={form} onChange={set} />
          </Card>
        </div>
        <div className="column" style={{ gap: 16 }}>
          <Card title={say('jobs.when')} className="column">
            <PlanFields plan={form} onChange={set} />
          </Card>
          <PlanPreview plan={form} job={job} />
          <Card title={say('settings.notify')} className="column">
            <NotifyFields form={form} onChange={set} />
          </Card>
        </div>
      </div>
      <KeptPreview plan={form} job={job} />
      <FormEnd deed={say(job === null ? 'jobs.create' : 'jobs.save')} needs={needs} act={act} onCancel={onClose} />
    </Page>
  );
}
