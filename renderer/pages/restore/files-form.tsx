import { Button, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { Dismiss16Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { FolderField } from '../../components/folder-picker.tsx';
import { Failure } from '../../components/states.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { nameOf } from '../../format/addresses.ts';
import { useText } from '../../use-text.ts';
import { ConflictField, type Conflict } from './conflict-field.tsx';
import { useDefaultTarget } from './forms.tsx';
import { GuestTargetFields, useReachableGuests, type GuestTarget } from './guest-target.tsx';

/** A file or folder as a restore point has it. */
export interface Pick {
  readonly point: string;
  readonly path: string;
  /** What tells it from others of its name: VM and time. */
  readonly note?: string;
}

interface FilesFormProps {
  readonly repository: string;
  readonly picked: readonly Pick[];
  /** How to pick one. */
  readonly hint: string;
  onDrop(pick: Pick): void;
}

const listed = 50;
/** What was picked, out of one restore point or of several: each is a run of its own. */
export function FilesForm({ repository, picked, hint, onDrop }: FilesFormProps) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const otherwise = useDefaultTarget();
  const [typed, setTyped] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict>('rename');
  const guests = useReachableGuests();
  const [where, setWhere] = useState<'folder' | 'guest'>('folder');
  const [guest, setGuest] = useState<GuestTarget>({ host: '', vm: '', folder: 'C:\\Restored' });
  const to = typed ?? otherwise;
  const isGuest = where === 'guest';
  const isComplete = isGuest ? guest.vm !== '' && guest.folder !== '' : to !== '';
  const target = isGuest ? ['--host', guest.host, '--into-vm', guest.vm, '--guest-folder', guest.folder] : ['--to', to];
  const points = [...Map.groupBy(picked, ({ point }) => point)];
  const act = useAct(
    async () => {
      if (!(await unlock(repository))) return [];
      const runs: string[] = [];
      for (const [point, picks] of points) {
        const paths = picks.map(({ path }) => path);
        const of = { repository, point, paths, conflict };
        const started = isGuest ? api.restore.filesToGuest.mutate({ ...of, ...guest }) : api.restore.files.mutate({ ...of, to });
        runs.push((await started).run);
      }
      return runs;
    },
    { silent: true, onDone: ([run, ...more]) => run !== undefined && go(more.length === 0 ? `/runs/${run}` : '/runs') },
  );
  return (
    <>
      {picked.length === 0 ? (
        <div className="muted small">{hint}</div>
      ) : (
        <ul className="list" style={{ maxHeight: 180, overflow: 'auto' }}>
          {picked.slice(0, listed).map((one) => (
            <li key={`${one.point} ${one.path}`} className="row" style={{ padding: '3px 0' }}>
              <span className="grow clip small" title={one.path}>
                {nameOf(one.path)} {one.note !== undefined && <span className="muted">{one.note}</span>}
              </span>
              <Button
                size="small"
                appearance="subtle"
                icon={<Dismiss16Regular />}
                aria-label={say('files.drop', { name: nameOf(one.path) })}
                onClick={() => onDrop(one)}
              />
            </li>
          ))}
          {picked.length > listed && <li className="small muted">{say('files.more', { count: picked.length - listed })}</li>}
        </ul>
      )}
      <Field label={say('restore.where')} hint={guests.length === 0 ? say('guest.none') : undefined}>
        <RadioGroup value={where} onChange={(_event, { value }) => setWhere(value === 'guest' ? 'guest' : 'folder')}>
          <Radio value="folder" label={say('restore.where.here')} />
          <Radio value="guest" disabled={guests.length === 0} label={say('restore.where.guest')} />
        </RadioGroup>
      </Field>
      {isGuest ? (
        <GuestTargetFields guests={guests} value={guest} onChange={setGuest} />
      ) : (
        <FolderField label={say('restore.target')} value={to} onChange={setTyped} />
      )}
      <ConflictField value={conflict} onChange={setConflict} />
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button
          appearance="primary"
          disabled={picked.length === 0 || !isComplete || act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          {say('restore.start')}
        </Button>
        {points.length === 1 && picked.length < 20 && (
          <CommandButton
            command={[
              'hostkeep',
              'restore-files',
              picked[0]!.point,
              ...picked.map(({ path }) => path),
              ...target,
              '--conflict',
              conflict,
            ]}
          />
        )}
      </div>
    </>
  );
}
