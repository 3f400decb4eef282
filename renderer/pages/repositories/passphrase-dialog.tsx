import {
  Button,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { RepositoryView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/states.tsx';
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
    <Dialog onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isComplete && !change.isPending) change.mutate(undefined);
          }}
        >
          <DialogBody>
            <DialogTitle>{say('repositories.change.title', { name })}</DialogTitle>
            <DialogContent className="column">
              {files === undefined ? (
                <>
                  <div className="muted">{say('repositories.change.lead')}</div>
                  <Field label={say('repositories.change.new')} hint={say('repositories.passphrase.hint')} required>
                    <Input
                      autoFocus
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
              {change.isError && <Failure error={change.error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{say(files === undefined ? 'act.cancel' : 'act.done')}</Button>
              {files === undefined && (
                <Button appearance="primary" type="submit" disabled={!isComplete || change.isPending}>
                  {say('repositories.change.do')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
