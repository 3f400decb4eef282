import { Button, Dropdown, Field, Input, Option, Switch } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobForm as Form } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { VmPicker } from '../protect/vm-picker.tsx';
import { PlanFields } from './plan-fields.tsx';
import { PlanPreview } from './plan-preview.tsx';

const start: Form = {
  name: '',
  host: '',
  repository: '',
  all: true,
  vms: [],
  consistency: 'warn',
  truncateLogs: true,
  passphraseFile: null,
  recurrence: 'daily',
  hours: 4,
  time: '22:00',
  weekdays: ['friday'],
  day: 1,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  keepDaily: 7,
  keepWeekly: 4,
  keepMonthly: 12,
  keepYearly: 0,
};

/** A job by a form whose every field has a sensible default. */
export function JobForm({ onClose }: { onClose(): void }) {
  const say = useText();
  const unlock = useUnlock();
  const vms = useQuery(queries.vms);
  const repositories = useQuery(queries.repositories);
  const session = useQuery(queries.session);
  const [typed, setTyped] = useState<Partial<Form>>({});
  const present = (vms.data ?? []).filter((vm) => vm.state !== 'gone');
  const hosts = [...new Set(present.map((vm) => vm.host))];
  const form: Form = {
    ...start,
    name: say('jobs.name.default'),
    host: hosts[0] ?? '',
    repository: repositories.data?.[0]?.id ?? '',
    ...typed,
  };
  const set = (part: Partial<Form>): void => setTyped({ ...typed, ...part });
  const act = useAct(
    async () => {
      if (form.passphraseFile === null && !(await unlock(form.repository))) return null;
      return api.jobs.create.mutate({ ...form, vms: [...form.vms], weekdays: [...form.weekdays] });
    },
    { silent: true, onDone: (made) => made !== null && onClose() },
  );
  if (vms.data === undefined || repositories.data === undefined)
    return (
      <Page title={say('jobs.new')}>
        <Loading rows={8} />
      </Page>
    );
  const needsFile = session.data?.keystore !== true;
  const isComplete =
    form.name !== '' &&
    form.host !== '' &&
    form.repository !== '' &&
    (form.all || form.vms.length > 0) &&
    !(needsFile && form.passphraseFile === null);
  return (
    <Page title={say('jobs.new')} lead={say('jobs.new.lead')}>
      <div className="split">
        <div className="column" style={{ gap: 16 }}>
          <Card title={say('jobs.what')} className="column">
            <Field label={say('jobs.name')} required>
              <Input value={form.name} onChange={(_event, { value }) => set({ name: value })} />
            </Field>
            <Field label={say('vm.host')}>
              <Dropdown
                value={form.host}
                selectedOptions={[form.host]}
                onOptionSelect={(_event, { optionValue }) => set({ host: optionValue ?? '', vms: [] })}
              >
                {hosts.map((host) => (
                  <Option key={host} value={host}>
                    {host}
                  </Option>
                ))}
              </Dropdown>
            </Field>
            <Switch checked={form.all} label={say('jobs.all')} onChange={(_event, { checked }) => set({ all: checked })} />
            {!form.all && (
              <div className="column" style={{ height: 300 }}>
                <VmPicker
                  vms={present.filter((vm) => vm.host === form.host)}
                  picked={new Set(form.vms)}
                  onPick={(picked) => set({ vms: [...picked] })}
                />
              </div>
            )}
          </Card>
          <Card title={say('jobs.where')} className="column">
            <Field label={say('protect.repository')}>
              <Dropdown
                value={repositories.data.find((one) => one.id === form.repository)?.name ?? ''}
                selectedOptions={[form.repository]}
                onOptionSelect={(_event, { optionValue }) => set({ repository: optionValue ?? '' })}
              >
                {repositories.data.map((one) => (
                  <Option key={one.id} value={one.id}>
                    {one.name}
                  </Option>
                ))}
              </Dropdown>
            </Field>
            {needsFile && (
              <Field label={say('jobs.passphrase-file')} hint={say('jobs.passphrase-file.hint')} required>
                <Input
                  value={form.passphraseFile ?? ''}
                  onChange={(_event, { value }) => set({ passphraseFile: value === '' ? null : value })}
                />
              </Field>
            )}
          </Card>
        </div>
        <div className="column" style={{ gap: 16 }}>
          <Card title={say('jobs.when')} className="column">
            <PlanFields plan={form} onChange={set} />
          </Card>
          <PlanPreview plan={form} />
        </div>
      </div>
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button appearance="primary" disabled={!isComplete || act.isPending} onClick={() => act.mutate(undefined)}>
          {say('jobs.create')}
        </Button>
        <Button onClick={onClose}>{say('act.cancel')}</Button>
      </div>
    </Page>
  );
}
