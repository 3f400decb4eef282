import { Button, Field, Input } from '@fluentui/react-components';
import { Key20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { VmView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CheckItems } from '../../components/check-items.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** Who signs in to the guest of the one VM that is picked. Nothing where no host is one whose guests can be asked. */
export function GuestAccountButton({ vms }: { readonly vms: readonly VmView[] }) {
  const say = useText();
  const hosts = useQuery(queries.hosts);
  const [open, setOpen] = useState(false);
  const asks = new Set(hosts.data?.flatMap(({ name, kind }) => (kind === 'hyper-v' ? [name] : [])));
  if (asks.size === 0) return null;
  const [vm, ...others] = vms;
  const isOne = vm !== undefined && others.length === 0 && asks.has(vm.host) && vm.guestOs !== 'linux';
  return (
    <>
      <Button
        icon={<Key20Regular />}
        disabledFocusable={!isOne}
        title={isOne ? undefined : say('guest-account.one-vm')}
        onClick={() => setOpen(true)}
      >
        {say('guest-account.button')}
      </Button>
      {open && isOne && <GuestAccountDialog vm={vm} onClose={() => setOpen(false)} />}
    </>
  );
}

const blank = { user: '', password: '' };

/** A password goes in here and never comes out: who is kept is told, and can be tried, replaced and removed. */
function GuestAccountDialog({ vm: { host, id, name }, onClose }: { readonly vm: VmView; onClose(): void }) {
  const say = useText();
  const of = { host, vm: id };
  const kept = useQuery(queries.guestAccount(host, id));
  const [typed, setTyped] = useState(blank);
  const isTyped = typed.user !== '' && typed.password !== '';
  const tried = useAct(() => api.guests.tryOut.mutate({ ...of, given: isTyped ? typed : null }), { silent: true });
  const changed = { silent: true, onDone: () => setTyped(blank) };
  const keep = useAct(() => api.guests.keep.mutate({ ...of, ...typed }), changed);
  const forget = useAct(() => api.guests.forget.mutate(of), changed);
  const isBusy = [tried, keep, forget].some((act) => act.isPending);
  const error = [kept, tried, keep, forget].map((one) => one.error).find((one) => one !== null) ?? null;
  const user = kept.data?.user ?? null;
  /** What the one before came to is no answer to this. */
  const once = (act: { mutate(input: undefined): void }): void => {
    for (const one of [tried, keep, forget]) one.reset();
    act.mutate(undefined);
  };
  const further = (
    <>
      {user !== null && (
        <Button disabled={isBusy} onClick={() => once(forget)}>
          {say('guest-account.remove')}
        </Button>
      )}
      <Button disabled={!isTyped && user === null} disabledFocusable={isBusy} onClick={() => once(tried)}>
        {say(tried.isPending ? 'guest-account.trying' : 'guest-account.try')}
      </Button>
    </>
  );
  return (
    <FormDialog
      title={say('guest-account.title', { vm: name })}
      deed={say('jobs.save')}
      further={further}
      closes="act.done"
      isComplete={isTyped}
      isBusy={isBusy}
      error={error}
      onSubmit={() => once(keep)}
      onClose={onClose}
    >
      <div className="muted">{say('guest-account.lead')}</div>
      <div role="status">{user === null ? '' : say('guest-account.kept', { user })}</div>
      <Field label={say('guest-account.user')} hint={say('guest-account.user.hint')}>
        <Input
          autoComplete="off"
          maxLength={256}
          value={typed.user}
          onChange={(_event, { value }) => setTyped({ ...typed, user: value })}
        />
      </Field>
      <Field label={say('hosts.password')}>
        <Input
          type="password"
          autoComplete="new-password"
          maxLength={1024}
          value={typed.password}
          onChange={(_event, { value }) => setTyped({ ...typed, password: value })}
        />
      </Field>
      {tried.data !== undefined && (
        <div className="column tight">
          <span className="strong">{say('guest-account.tried')}</span>
          <CheckItems checks={tried.data} />
        </div>
      )}
    </FormDialog>
  );
}
