import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { RepositoryView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useText } from '../../use-text.ts';
import { AgainField, shortestPassphrase } from './forms.tsx';

interface PassphraseDialogProps {
  readonly repository: RepositoryView;
  onClose(): void;
}

/** A new passphrase in the place of the old one, and who still has the old one. */
export function PassphraseDialog({ repository: { id, name }, onClose }: PassphraseDialogProps) {
  const say = useText();
  const [secret, setSecret] = useState('');
  const [again, setAgain] = useState('');
  const change = useAct(() => api.repositories.changePassphrase.mutate({ repository: id, passphrase: secret }), { silent: true });
  const isComplete = secret.length >= shortestPassphrase && secret === again;
  const files = change.data?.files;
  return (
    <FormDialog
      title={say('repositories.change.title', { name })}
      deed={files === undefined ? say('repositories.change.do') : null}
      isComplete={isComplete}
      isBusy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate(undefined)}
      onClose={onClose}
    >
      {files === undefined ? (
        <>
          <div className="muted">{say('repositories.change.lead')}</div>
          <Field label={say('repositories.change.new')} hint={say('repositories.passphrase.hint')} required>
            <Input
              type="password"
              autoComplete="new-password"
              value={secret}
              onChange={(_event, { value }) => setSecret(value)}
            />
          </Field>
          <AgainField secret={secret} again={again} onChange={setAgain} />
        </>
      ) : (
        <div role="status">
          {say('repositories.changed')}
          {files.length > 0 && ` ${say('repositories.changed.files', { files: files.join(', ') })}`}
        </div>
      )}
    </FormDialog>
  );
}
