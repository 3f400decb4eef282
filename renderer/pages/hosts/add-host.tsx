import {
  Button,
  Checkbox,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { HostForm } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Failure } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';
import { Dialog } from '../../components/dialog.tsx';

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
    async () => {
      await api.hosts.tryOut.mutate(form);
      return api.hosts.add.mutate(form);
    },
    { silent: true, onDone: onClose },
  );
  return (
    <Dialog onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (form.name !== '') act.mutate(undefined);
          }}
        >
          <DialogBody>
            <DialogTitle>{say('hosts.add')}</DialogTitle>
            <DialogContent className="column">
              <Field label={say('hosts.name')} required>
                <Input autoFocus value={form.name} onChange={(_event, { value }) => set({ name: value })} />
              </Field>
              <Field label={say('hosts.address')} hint={say('hosts.address.hint')}>
                <Input value={form.address ?? ''} onChange={(_event, { value }) => set({ address: orNull(value) })} />
              </Field>
              {form.address !== null && (
                <>
                  <Field label={say('hosts.user')} hint={say('hosts.user.hint')}>
                    <Input
                      autoComplete="off"
                      value={form.user ?? ''}
                      onChange={(_event, { value }) => set({ user: orNull(value) })}
                    />
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
              {act.isError && <Failure error={act.error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{say('act.cancel')}</Button>
              <Button appearance="primary" type="submit" disabled={form.name === '' || act.isPending}>
                {say(act.isPending ? 'hosts.trying' : 'hosts.try-and-add')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
