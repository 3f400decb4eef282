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
import { useQuery } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { RepositoryView } from '#contract';
import { api } from '../api.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { useAct } from './act.tsx';
import { Failure } from './states.tsx';
import { Dialog } from './dialog.tsx';

/** Asks for the key of a repository when this session does not hold it; resolves to whether it does now. */
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
      if (repository === undefined || repository.unlocked) return repository !== undefined;
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
      {asked !== null && <UnlockDialog repository={asked} onClose={close} />}
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
    <Dialog onOpenChange={(_event, { open }) => !open && onClose(false)}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (secret !== '') act.mutate(undefined);
          }}
        >
          <DialogBody>
            <DialogTitle>{say('unlock.title', { name: repository.name })}</DialogTitle>
            <DialogContent className="column">
              <div>{say('unlock.lead')}</div>
              <Field label={say('unlock.secret')}>
                <Input
                  type="password"
                  autoFocus
                  autoComplete="off"
                  value={secret}
                  onChange={(_event, { value }) => setSecret(value)}
                />
              </Field>
              <Checkbox
                label={say('unlock.remember')}
                checked={remember}
                disabled={session?.canRemember !== true}
                onChange={(_event, { checked }) => setRemember(checked === true)}
              />
              {session?.canRemember !== true && <div className="small muted">{say('unlock.no-keystore')}</div>}
              {act.isError && <Failure error={act.error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={() => onClose(false)}>{say('act.cancel')}</Button>
              <Button appearance="primary" type="submit" disabled={secret === '' || act.isPending}>
                {say(act.isPending ? 'unlock.working' : 'unlock.do')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
