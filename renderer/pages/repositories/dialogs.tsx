import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useText } from '../../use-text.ts';
import { ConfirmKey, RepositoryFields, useRepositoryForm } from './forms.tsx';

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
    <FormDialog
      title={say(mode === 'create' ? 'repositories.create' : 'repositories.add')}
      deed={say(act.isPending ? 'state.working' : mode === 'create' ? 'repositories.create.do' : 'repositories.add.do')}
      isComplete={form.isComplete}
      isBusy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate(undefined)}
      // A repository that is made meanwhile has a key, which is shown here alone.
      onClose={() => !act.isPending && onClose(null)}
    >
      <RepositoryFields form={form} mode={mode} />
    </FormDialog>
  );
}

/** The recovery key, typed back once: a key that nobody has written down is none. */
export function KeyDialog({ made, onClose }: { readonly made: NewKey; onClose(): void }) {
  const say = useText();
  const [confirmed, setConfirmed] = useState(false);
  const actions = (
    <Button appearance={confirmed ? 'primary' : 'secondary'} onClick={onClose}>
      {say(confirmed ? 'act.done' : 'key.later')}
    </Button>
  );
  return (
    <Dialog title={say('key.title')} actions={actions} isAlert>
      <ConfirmKey made={made} confirmed={confirmed} onConfirmed={() => setConfirmed(true)} />
    </Dialog>
  );
}
