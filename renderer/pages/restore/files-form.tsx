import { Button, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { Dismiss16Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { FolderField } from '../../components/folder-picker.tsx';
import { Failure } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';
import type { PointPlace } from '../restore-point.tsx';
import { useDefaultTarget } from './forms.tsx';

interface FilesFormProps {
  readonly place: PointPlace;
  readonly picked: readonly string[];
  onDrop(path: string): void;
}

const listed = 50;
const conflicts = ['rename', 'skip', 'overwrite'] as const;
type Conflict = (typeof conflicts)[number];

export function FilesForm({ place, picked, onDrop }: FilesFormProps) {
  const say = useText();
  const [, go] = useLocation();
  const otherwise = useDefaultTarget();
  const [typed, setTyped] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict>('rename');
  const to = typed ?? otherwise;
  const act = useAct(() => api.restore.files.mutate({ ...place, paths: [...picked], to, conflict }), {
    silent: true,
    onDone: ({ run }) => go(`/runs/${run}`),
  });
  return (
    <>
      {picked.length === 0 ? (
        <div className="muted small">{say('files.none-picked')}</div>
      ) : (
        <ul className="list" style={{ maxHeight: 180, overflow: 'auto' }}>
          {picked.slice(0, listed).map((path) => (
            <li key={path} className="row" style={{ padding: '3px 0' }}>
              <span className="grow clip small" title={path}>
                {path.split('/').at(-1)}
              </span>
              <Button
                size="small"
                appearance="subtle"
                icon={<Dismiss16Regular />}
                aria-label={say('files.drop', { name: path.split('/').at(-1) ?? path })}
                onClick={() => onDrop(path)}
              />
            </li>
          ))}
          {picked.length > listed && <li className="small muted">{say('files.more', { count: picked.length - listed })}</li>}
        </ul>
      )}
      <FolderField label={say('restore.target')} value={to} onChange={setTyped} />
      <Field label={say('restore.conflict')}>
        <RadioGroup value={conflict} onChange={(_event, { value }) => setConflict(value as Conflict)}>
          {conflicts.map((one) => (
            <Radio key={one} value={one} label={say(`restore.conflict.${one}`)} />
          ))}
        </RadioGroup>
      </Field>
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button
          appearance="primary"
          disabled={picked.length === 0 || to === '' || act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          {say('restore.start')}
        </Button>
        {picked.length > 0 && picked.length < 20 && (
          <CommandButton command={['hostkeep', 'restore-files', place.point, ...picked, '--to', to, '--conflict', conflict]} />
        )}
      </div>
    </>
  );
}
