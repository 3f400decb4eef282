import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import {
  CheckmarkStarburst20Regular,
  DeleteArrowBack20Regular,
  Key20Regular,
  LockClosed20Regular,
  LockOpen20Regular,
  MoreHorizontal20Regular,
  ShieldTask20Regular,
  SquareArrowForward20Regular,
} from '@fluentui/react-icons';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RepositoryView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { RunStateBadge } from '../../components/badges.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Card } from '../../components/page.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { agoText, bytesText, numberText, percentText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import type { NewKey } from './dialogs.tsx';
import { DropsDialog } from './drops-dialog.tsx';
import { PassphraseDialog } from './passphrase-dialog.tsx';

interface RepositoryCardProps {
  readonly repository: RepositoryView;
  onKey(made: NewKey): void;
}

export function RepositoryCard({ repository, onKey }: RepositoryCardProps) {
  const say = useText();
  const { name, folder, storedBytes, logicalBytes, points, lastCheck, measuredAt } = repository;
  return (
    <Card title={name} className="column" actions={<Actions repository={repository} onKey={onKey} />}>
      <div className="halves">
        <dl className="facts">
          <dt>{say('repositories.folder')}</dt>
          <dd className="mono">{folder}</dd>
          <dt>{say('repositories.state')}</dt>
          <dd>
            <span className="badge">
              {repository.unlocked ? <LockOpen20Regular aria-hidden /> : <LockClosed20Regular aria-hidden />}
              {say(repository.unlocked ? 'repositories.unlocked' : 'repositories.locked')}
            </span>
          </dd>
          <dt>{say('repositories.key')}</dt>
          <dd>
            {repository.recoveryKeyConfirmed ? (
              say('repositories.key.confirmed')
            ) : (
              <Button
                size="small"
                icon={<Key20Regular />}
                onClick={() => onKey({ repository: repository.id, recoveryKey: null })}
              >
                {say('repositories.key.confirm')}
              </Button>
            )}
          </dd>
        </dl>
        <dl className="facts">
          <dt>{say('repositories.space')}</dt>
          <dd className="number">
            {measuredAt === null
              ? say('repositories.unmeasured')
              : say('repositories.space.of', {
                  stored: bytesText(storedBytes),
                  logical: bytesText(logicalBytes),
                  share: percentText(logicalBytes === 0 ? 0 : 1 - storedBytes / logicalBytes),
                })}
          </dd>
          <dt>{say('vm.points')}</dt>
          <dd className="number">{numberText(points)}</dd>
          <dt>{say('repositories.checked')}</dt>
          <dd>
            {lastCheck === null ? (
              say('repositories.unchecked')
            ) : (
              <span className="row wrap">
                <RunStateBadge state={lastCheck.state} />
                <span className="muted">
                  {agoText(lastCheck.at)},{' '}
                  {say(lastCheck.readData ? 'repositories.checked.all' : 'repositories.checked.structure')}
                </span>
              </span>
            )}
          </dd>
        </dl>
      </div>
    </Card>
  );
}

function Actions({ repository, onKey }: RepositoryCardProps) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const { id } = repository;
  const toRun = { onDone: (started: { readonly run: string } | null) => started !== null && go(`/runs/${started.run}`) };
  const check = useAct(
    async (how: { readonly readData?: boolean; readonly repairIndex?: boolean }) =>
      (await unlock(id)) ? api.repositories.check.mutate({ repository: id, readData: false, repairIndex: false, ...how }) : null,
    toRun,
  );
  const compact = useAct(async () => ((await unlock(id)) ? api.repositories.compact.mutate({ repository: id }) : null), toRun);
  const addKey = useAct(async () => ((await unlock(id)) ? api.repositories.addRecoveryKey.mutate({ repository: id }) : null), {
    onDone: (made) => made !== null && onKey({ repository: id, recoveryKey: made.recoveryKey }),
  });
  const [dropping, setDropping] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [changing, setChanging] = useState(false);
  const [freeing, setFreeing] = useState(false);
  const free = useAct(() => api.repositories.removeLocks.mutate({ repository: id }));
  const lock = useAct(() => api.repositories.lock.mutate({ repository: id }));
  const remove = useAct(() => api.repositories.remove.mutate({ repository: id }));
  return (
    <div className="actions">
      {!repository.unlocked && (
        <Button size="small" icon={<LockOpen20Regular />} onClick={() => void unlock(id)}>
          {say('unlock.do')}
        </Button>
      )}
      <Button size="small" icon={<ShieldTask20Regular />} onClick={() => go(`/repositories/${id}`)}>
        {say('rotation.open')}
      </Button>
      <Button
        size="small"
        icon={<CheckmarkStarburst20Regular />}
        disabledFocusable={check.isPending}
        onClick={() => check.mutate({ readData: true })}
      >
        {say('repositories.check.all')}
      </Button>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button
            size="small"
            icon={<MoreHorizontal20Regular />}
            aria-label={say('repositories.more', { name: repository.name })}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem onClick={() => check.mutate({})}>{say('repositories.check.structure')}</MenuItem>
            <MenuItem onClick={() => check.mutate({ repairIndex: true })}>{say('repositories.repair')}</MenuItem>
            <MenuItem icon={<SquareArrowForward20Regular />} onClick={() => compact.mutate(undefined)}>
              {say('repositories.compact')}
            </MenuItem>
            <MenuItem icon={<DeleteArrowBack20Regular />} onClick={() => void unlock(id).then(setDropping)}>
              {say('drops.open')}
            </MenuItem>
            <MenuItem icon={<Key20Regular />} onClick={() => addKey.mutate(undefined)}>
              {say('repositories.key.add')}
            </MenuItem>
            <MenuItem onClick={() => void unlock(id).then(setChanging)}>{say('repositories.change')}</MenuItem>
            <MenuItem onClick={() => setFreeing(true)}>{say('repositories.locks')}</MenuItem>
            {repository.unlocked && (
              <MenuItem icon={<LockClosed20Regular />} onClick={() => lock.mutate(undefined)}>
                {say('repositories.lock')}
              </MenuItem>
            )}
            <MenuItem onClick={() => setRemoving(true)}>{say('repositories.remove')}</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {removing && (
        <ConfirmDialog
          title={say('repositories.remove.title')}
          deed={say('hosts.remove')}
          onClose={(sure) => {
            setRemoving(false);
            if (sure) remove.mutate(undefined);
          }}
        >
          {say('repositories.remove.lead', { name: repository.name })}
        </ConfirmDialog>
      )}
      {freeing && (
        <ConfirmDialog
          title={say('repositories.locks.title')}
          deed={say('repositories.locks.do')}
          onClose={(sure) => {
            setFreeing(false);
            if (sure) free.mutate(undefined);
          }}
        >
          {say('repositories.locks.lead', { name: repository.name })}
        </ConfirmDialog>
      )}
      {changing && <PassphraseDialog repository={repository} onClose={() => setChanging(false)} />}
      {dropping && <DropsDialog repository={id} onClose={() => setDropping(false)} />}
    </div>
  );
}
