import { Button, Field, Input } from '@fluentui/react-components';
import { CheckmarkCircle20Filled } from '@fluentui/react-icons';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { FolderField } from '../../components/folder-picker.tsx';
import { Failure } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';
import type { NewKey } from './dialogs.tsx';

export const shortestPassphrase = 8;

export interface RepositoryForm {
  readonly value: { readonly name: string; readonly folder: string; readonly secret: string; readonly again: string };
  set(part: Partial<RepositoryForm['value']>): void;
  readonly isComplete: boolean;
}

export function useRepositoryForm(mode: 'create' | 'add', start = { name: '', folder: '' }): RepositoryForm {
  const [typed, setTyped] = useState<Partial<RepositoryForm['value']>>({});
  const value = { secret: '', again: '', ...start, ...typed };
  const { name, folder, secret, again } = value;
  const isSecret = mode === 'add' ? secret !== '' : secret.length >= shortestPassphrase && secret === again;
  return { value, set: (part) => setTyped({ ...typed, ...part }), isComplete: name !== '' && folder !== '' && isSecret };
}

export function RepositoryFields({ form, mode }: { readonly form: RepositoryForm; readonly mode: 'create' | 'add' }) {
  const say = useText();
  const { name, folder, secret, again } = form.value;
  return (
    <>
      <Field label={say('repositories.name')} required>
        <Input value={name} onChange={(_event, { value }) => form.set({ name: value })} />
      </Field>
      <FolderField
        label={say('repositories.folder')}
        hint={say('repositories.folder.hint')}
        value={folder}
        onChange={(path) => form.set({ folder: path })}
      />
      <Field
        label={say(mode === 'create' ? 'repositories.passphrase' : 'unlock.secret')}
        hint={mode === 'create' ? say('repositories.passphrase.hint') : undefined}
        required
      >
        <Input
          type="password"
          autoComplete="new-password"
          value={secret}
          onChange={(_event, { value }) => form.set({ secret: value })}
        />
      </Field>
      {mode === 'create' && <AgainField secret={secret} again={again} onChange={(typed) => form.set({ again: typed })} />}
    </>
  );
}

interface AgainFieldProps {
  readonly secret: string;
  readonly again: string;
  onChange(again: string): void;
}

/** A new passphrase once more. */
export function AgainField({ secret, again, onChange }: AgainFieldProps) {
  const say = useText();
  const differs = again !== '' && again !== secret;
  return (
    <Field
      label={say('repositories.again')}
      validationState={differs ? 'error' : 'none'}
      validationMessage={differs ? say('repositories.differs') : undefined}
      required
    >
      <Input type="password" autoComplete="new-password" value={again} onChange={(_event, { value }) => onChange(value)} />
    </Field>
  );
}

interface ConfirmKeyProps {
  readonly made: NewKey;
  readonly confirmed: boolean;
  onConfirmed(): void;
}

export function ConfirmKey({ made, confirmed, onConfirmed }: ConfirmKeyProps) {
  const say = useText();
  const [typed, setTyped] = useState('');
  const act = useAct(() => api.repositories.confirmKey.mutate({ repository: made.repository, key: typed }), {
    silent: true,
    onDone: onConfirmed,
  });
  const { recoveryKey } = made;
  return (
    <form
      className="column"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== '') act.mutate(undefined);
      }}
    >
      <div>{say(recoveryKey === null ? 'key.type' : 'key.lead')}</div>
      {recoveryKey !== null && (
        <>
          <div className="key" role="group" aria-label={say('key.title')} data-testid="recovery-key">
            {recoveryKey}
          </div>
          <div>
            <CopyButton size="small" text={recoveryKey} />
          </div>
        </>
      )}
      {confirmed ? (
        <div className="row" role="status">
          <CheckmarkCircle20Filled className="good" aria-hidden />
          {say('key.confirmed')}
        </div>
      ) : (
        <div className="row" style={{ alignItems: 'flex-end' }}>
          <Field label={say('key.back')} className="grow">
            <Input
              autoFocus
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(_event, { value }) => setTyped(value)}
            />
          </Field>
          <Button type="submit" disabled={typed === '' || act.isPending}>
            {say(act.isPending ? 'state.working' : 'key.confirm')}
          </Button>
        </div>
      )}
      {act.isError && <Failure error={act.error} />}
    </form>
  );
}
