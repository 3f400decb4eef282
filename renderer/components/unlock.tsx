import { Checkbox, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { RepositoryView } from '#contract';
import { api } from '../api.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { useAct } from './act.tsx';
import { FormDialog } from './form-dialog.tsx';

/** Asks for the key of a repository when this session does not hold it; resolves to whether that need keep nobody from going on. */
type Unlock = (repository: string) => Promise<boolean>;

const UnlockContext = createContext<Unlock>(() => Promise.resolve(false));

export function useUnlock(): Unlock {
  return useContext(UnlockContext);
}

/** Whether the repository can be read now; it is asked for when the page opens, and again when somebody says so. */
export function useUnlocked(repository: string | null): { readonly ready: boolean; ask(): void } {
  const unlock = useUnlock();
  const [unlocked, setUnlocked] = useState<string | null>(null);
  const ask = useCallback(() => {
    if (repository !== null) void unlock(repository).then((can) => setUnlocked(can ? repository : null));
  }, [unlock, repository]);
  useEffect(ask, [ask]);
  return { ready: unlocked !== null && unlocked === repository, ask };
}

export function UnlockProvider({ children }: { readonly children: ReactNode }) {
  const { refetch } = useQuery({ ...queries.repositories, enabled: false });
  const [asked, setAsked] = useState<RepositoryView | null>(null);
  const answer = useRef<(unlocked: boolean) => void>(() => undefined);
  const unlock = useCallback<Unlock>(
    async (id) => {
      const repository = (await refetch()).data?.find((one) => one.id === id);
      // Of one that is not known here, or when nobody answers, whatever needs it says so.
      if (repository === undefined || repository.unlocked) return true;
      // One question at a time: who asked before is told no.
      answer.current(false);
      setAsked(repository);
      return new Promise((resolve) => (answer.current = resolve));
    },
    [refetch],
  );
  const close = (unlocked: boolean): void => {
    setAsked(null);
    answer.current(unlocked);
  };
  return (
    <UnlockContext value={useMemo(() => unlock, [unlock])}>
      {children}
      {asked !== null && <UnlockDialog key={asked.id} repository={asked} onClose={close} />}
    </UnlockContext>
  );
}

function UnlockDialog({ repository, onClose }: { readonly repository: RepositoryView; onClose(unlocked: boolean): void }) {
  const say = useText();
  const { data: session } = useQuery(queries.session);
  const [secret, setSecret] = useState('');
  const [remember, setRemember] = useState(false);
  const act = useAct(() => api.repositories.unlock.mutate({ repository: repository.id, secret, remember }), {
    silent: true,
    onDone: () => onClose(true),
  });
  return (
    <FormDialog
      title={say('unlock.title', { name: repository.name })}
      deed={say(act.isPending ? 'unlock.working' : 'unlock.do')}
      isComplete={secret !== ''}
      isBusy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate(undefined)}
      onClose={() => onClose(false)}
    >
      <div>{say('unlock.lead')}</div>
      <Field label={say('unlock.secret')}>
        <Input type="password" autoComplete="off" value={secret} onChange={(_event, { value }) => setSecret(value)} />
      </Field>
      <Checkbox
        label={say('unlock.remember')}
        checked={remember}
        disabled={session?.canRemember !== true}
        onChange={(_event, { checked }) => setRemember(checked === true)}
      />
      {session?.canRemember !== true && <div className="small muted">{say('unlock.no-keystore')}</div>}
    </FormDialog>
  );
}
