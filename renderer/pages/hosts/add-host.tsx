import { Checkbox, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { HostForm } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useText } from '../../use-text.ts';

const blank: HostForm = {
  name: '',
  address: null,
  useSsl: false,
  port: null,
  user: null,
  password: null,
  path: 'auto',
  ledger: '',
};

/** Tried before it is added: what does not answer now will not at night. */
export function AddHostDialog({ onClose }: { onClose(): void }) {
  const say = useText();
  const [form, setForm] = useState(blank);
  const set = (part: Partial<HostForm>): void => setForm({ ...form, ...part });
  const orNull = (text: string): string | null => (text === '' ? null : text);
  const act = useAct(
    async (_input: undefined, gone) => {
      await api.hosts.tryOut.mutate(form);
      // Somebody gave up while it was tried.
      if (!gone.aborted) await api.hosts.add.mutate(form);
    },
    { silent: true, onDone: onClose },
  );
  return (
    <FormDialog
      title={say('hosts.add')}
      deed={say(act.isPending ? 'hosts.trying' : 'hosts.try-and-add')}
      isComplete={form.name !== ''}
      isBusy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate(undefined)}
      onClose={onClose}
    >
      <Field label={say('hosts.name')} required>
        <Input value={form.name} onChange={(_event, { value }) => set({ name: value })} />
      </Field>
      <Field label={say('hosts.address')} hint={say('hosts.address.hint')}>
        <Input value={form.address ?? ''} onChange={(_event, { value }) => set({ address: orNull(value) })} />
      </Field>
      {form.address !== null && (
        <>
          <Field label={say('hosts.user')} hint={say('hosts.user.hint')}>
            <Input autoComplete="off" value={form.user ?? ''} onChange={(_event, { value }) => set({ user: orNull(value) })} />
          </Field>
          {form.user !== null && (
            <Field label={say('hosts.password')}>
              <Input
                type="password"
                autoComplete="off"
                value={form.password ?? ''}
                onChange={(_event, { value }) => set({ password: orNull(value) })}
              />
            </Field>
          )}
          <Checkbox
            label={say('hosts.ssl')}
            checked={form.useSsl}
            onChange={(_event, { checked }) => set({ useSsl: checked === true })}
          />
        </>
      )}
      <Field label={say('hosts.ledger')} hint={say('hosts.ledger.hint')}>
        <Input value={form.ledger} onChange={(_event, { value }) => set({ ledger: value })} />
      </Field>
    </FormDialog>
  );
}
