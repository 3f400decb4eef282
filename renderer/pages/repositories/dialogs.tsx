import { Button, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Failure } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';
import { ConfirmKey, RepositoryFields, useRepositoryForm } from './forms.tsx';
import { Dialog } from '../../components/dialog.tsx';

export interface NewKey {
  readonly repository: string;
  /** Null: only typed back, not shown again. */
  readonly recoveryKey: string | null;
}

interface RepositoryDialogProps {
  readonly mode: 'create' | 'add';
  onClose(made: NewKey | null): void;
}

export function RepositoryDialog({ mode, onClose }: RepositoryDialogProps) {
  const say = useText();
  const form = useRepositoryForm(mode);
  const act = useAct(
    async (): Promise<NewKey | null> => {
      const { name, folder, secret } = form.value;
      if (mode === 'create') return api.repositories.create.mutate({ name, folder, passphrase: secret });
      await api.repositories.add.mutate({ name, folder, secret });
      return null;
    },
    { silent: true, onDone: onClose },
  );
  return (
    <Dialog onOpenChange={(_event, { open }) => !open && onClose(null)}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (form.isComplete) act.mutate(undefined);
          }}
        >
          <DialogBody>
            <DialogTitle>{say(mode === 'create' ? 'repositories.create' : 'repositories.add')}</DialogTitle>
            <DialogContent className="column">
              <RepositoryFields form={form} mode={mode} />
              {act.isError && <Failure error={act.error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={() => onClose(null)}>{say('act.cancel')}</Button>
              <Button appearance="primary" type="submit" disabled={!form.isComplete || act.isPending}>
                {say(act.isPending ? 'state.working' : mode === 'create' ? 'repositories.create.do' : 'repositories.add.do')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

/** The recovery key, typed back once: a key that nobody has written down is none. */
export function KeyDialog({ made, onClose }: { readonly made: NewKey; onClose(): void }) {
  const say = useText();
  const [confirmed, setConfirmed] = useState(false);
  return (
    <Dialog modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{say('key.title')}</DialogTitle>
          <DialogContent className="column">
            <ConfirmKey made={made} confirmed={confirmed} onConfirmed={() => setConfirmed(true)} />
          </DialogContent>
          <DialogActions>
            <Button appearance={confirmed ? 'primary' : 'secondary'} onClick={onClose}>
              {say(confirmed ? 'act.done' : 'key.later')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
