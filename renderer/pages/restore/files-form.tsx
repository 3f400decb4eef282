import { Button, Checkbox, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
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
import { numberText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { ConflictField, type Conflict } from './conflict-field.tsx';
import { useDefaultTarget } from './forms.tsx';
import { GuestTargetFields, useReachableGuests, type GuestTarget } from './guest-target.tsx';
import { zipFiles } from './zip-files.ts';

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
/** Of one restore point in one go. */
const mostPicked = 5000;
const places = ['folder', 'zip', 'guest'] as const;
type Where = (typeof places)[number];

/** What was picked, out of one restore point or of several: each is a run of its own. */
export function FilesForm({ repository, picked, hint, onDrop }: FilesFormProps) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const otherwise = useDefaultTarget();
  const [typed, setTyped] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict>('rename');
  const guests = useReachableGuests();
  const [where, setWhere] = useState<Where>('folder');
  const [zip, setZip] = useState({ name: 'restored.zip', overwrite: false });
  const [guest, setGuest] = useState<GuestTarget>({ host: '', vm: '', folder: 'C:\\Restored' });
  const to = typed ?? otherwise;
  const points = [...Map.groupBy(picked, ({ point }) => point)];
  const zips = zipFiles(to, zip.name, points.length);
  const isTooMany = points.some(([, picks]) => picks.length > mostPicked);
  const isComplete = {
    folder: to !== '',
    zip: to !== '' && zips !== null,
    guest: guest.vm !== '' && guest.folder !== '',
  };
  const target = {
    folder: ['--to', to, '--conflict', conflict],
    zip: ['--zip', zips?.[0] ?? '', ...(zip.overwrite ? ['--conflict', 'overwrite'] : [])],
    guest: ['--host', guest.host, '--into-vm', guest.vm, '--guest-folder', guest.folder, '--conflict', conflict],
  };
  const act = useAct(
    async () => {
      if (!(await unlock(repository))) return [];
      const runs: string[] = [];
      for (const [index, [point, picks]] of points.entries()) {
        const of = { repository, point, paths: picks.map(({ path }) => path) };
        const start = {
          folder: () => api.restore.files.mutate({ ...of, to, conflict }),
          zip: () => api.restore.zip.mutate({ ...of, file: zips![index]!, overwrite: zip.overwrite }),
          guest: () => api.restore.filesToGuest.mutate({ ...of, ...guest, conflict }),
        };
        runs.push((await start[where]()).run);
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
        <RadioGroup value={where} onChange={(_event, { value }) => setWhere(value as Where)}>
          {places.map((one) => (
            <Radio
              key={one}
              value={one}
              disabled={one === 'guest' && guests.length === 0}
              label={say(`restore.where.files.${one}`)}
            />
          ))}
        </RadioGroup>
      </Field>
      {where === 'guest' ? (
        <GuestTargetFields guests={guests} value={guest} onChange={setGuest} />
      ) : (
        <FolderField label={say('restore.target')} value={to} onChange={setTyped} />
      )}
      {where === 'zip' ? (
        <>
          <Field label={say('restore.zip.name')} hint={points.length > 1 ? say('restore.zip.several') : undefined} required>
            <Input value={zip.name} maxLength={200} onChange={(_event, { value }) => setZip({ ...zip, name: value })} />
          </Field>
          <Checkbox
            label={say('restore.zip.overwrite')}
            checked={zip.overwrite}
            onChange={(_event, { checked }) => setZip({ ...zip, overwrite: checked === true })}
          />
        </>
      ) : (
        <ConflictField value={conflict} onChange={setConflict} />
      )}
      {isTooMany && <div role="status">{say('files.too-many', { most: numberText(mostPicked) })}</div>}
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button
          appearance="primary"
          disabled={picked.length === 0 || isTooMany || !isComplete[where] || act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          {say('restore.start')}
        </Button>
        {points.length === 1 && picked.length < 20 && (
          <CommandButton
            command={['hostkeep', 'restore-files', picked[0]!.point, ...picked.map(({ path }) => path), ...target[where]]}
          />
        )}
      </div>
    </>
  );
}
