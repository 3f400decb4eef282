import { CheckmarkCircle20Filled, Warning20Filled, Wrench20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { ObjectSetView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Badge } from '../../components/badges.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { FolderField } from '../../components/folder-picker.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { nameOf } from '../../format/addresses.ts';
import { bytesText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { ConflictField, type Conflict } from '../restore/conflict-field.tsx';
import { useDefaultTarget } from '../restore/forms.tsx';
import type { PointPlace } from '../restore-point.tsx';

interface SetDialogProps {
  readonly place: PointPlace;
  /** One of the files. */
  readonly path: string;
  onClose(): void;
}

/** A database or a hive with all the files that only serve together, into a folder. */
export function SetDialog({ place, path, onClose }: SetDialogProps) {
  const say = useText();
  const [, go] = useLocation();
  const set = useQuery(queries.objectSet(place.repository, place.point, path));
  const otherwise = useDefaultTarget();
  const [typed, setTyped] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict>('rename');
  const to = typed ?? otherwise;
  const act = useAct(() => api.restore.set.mutate({ ...place, path, to, conflict }), {
    silent: true,
    onDone: ({ run }) => go(`/runs/${run}`),
  });
  return (
    <FormDialog
      title={say('set.title', { name: nameOf(path) })}
      deed={say('restore.start')}
      further={
        <CommandButton command={['hostkeep', 'object', 'restore', place.point, path, '--to', to, '--conflict', conflict]} />
      }
      isComplete={set.data !== undefined && to !== ''}
      isBusy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate(undefined)}
      onClose={onClose}
    >
      {set.isError ? (
        <Failure error={set.error} retry={() => void set.refetch()} />
      ) : set.data === undefined ? (
        <Loading rows={3} />
      ) : (
        <Files set={set.data} />
      )}
      <FolderField label={say('restore.target')} value={to} onChange={setTyped} />
      <ConflictField value={conflict} onChange={setConflict} />
    </FormDialog>
  );
}

const icons: Readonly<Record<ObjectSetView['state'], ReactElement>> = {
  clean: <CheckmarkCircle20Filled className="good" aria-hidden />,
  recovery: <Wrench20Regular className="live" aria-hidden />,
  incomplete: <Warning20Filled className="warn" aria-hidden />,
};

function Files({ set: { kind, state, files } }: { readonly set: ObjectSetView }) {
  const say = useText();
  return (
    <>
      <div>
        <Badge icon={icons[state]}>{say(`set.state.${state}`)}</Badge>
      </div>
      <div>{say(`set.${kind}.${state}`)}</div>
      <ul className="list" aria-label={say('set.files')} tabIndex={0} style={{ maxHeight: 180, overflow: 'auto' }}>
        {files.map((file) => (
          <li key={file.path} className="row" style={{ padding: '3px 0' }}>
            <span className="grow clip small" title={file.path}>
              {nameOf(file.path)} <span className="muted">{say(`set.part.${file.part}`)}</span>
            </span>
            <span className="small muted number">{bytesText(file.sizeBytes)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
