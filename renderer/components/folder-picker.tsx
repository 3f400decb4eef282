import { Button, Field, Input } from '@fluentui/react-components';
import { ArrowUp20Regular, Folder20Regular, FolderAdd20Regular, FolderOpen20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, failureOf } from '../api.ts';
import { desktop } from '../desktop.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { useAct } from './act.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './states.tsx';
import { Table } from './table.tsx';

interface FolderFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  onChange(path: string): void;
}

/** A folder of the computer that the console runs on: typed, or picked from what is there. */
export function FolderField({ label, hint, value, onChange }: FolderFieldProps) {
  const say = useText();
  const [picking, setPicking] = useState(false);
  const pick = async (): Promise<void> => {
    if (desktop === undefined) return setPicking(true);
    const picked = await desktop.pick({ what: 'folder', start: value });
    if (picked !== null) onChange(picked);
  };
  return (
    <>
      <Field label={label} hint={hint}>
        <div className="row wrap">
          <Input className="grow folder" aria-label={label} value={value} onChange={(_event, data) => onChange(data.value)} />
          <Button icon={<FolderOpen20Regular />} onClick={() => void pick()}>
            {say('folder.browse')}
          </Button>
        </div>
      </Field>
      {picking && (
        <FolderDialog
          start={value}
          onClose={(path) => {
            setPicking(false);
            if (path !== null) onChange(path);
          }}
        />
      )}
    </>
  );
}

/** The folder above, in either kind of path; null above the topmost. */
function above(path: string): string | null {
  const trimmed = path.replace(/[\\/]+$/, '');
  const end = Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\'));
  return end < 0 ? null : trimmed.slice(0, end + 1);
}

/** Begins at the nearest folder that exists: what is restored to may not be there yet. */
function useFolder(start: string) {
  const [wanted, setWanted] = useState<string | null>(start === '' ? null : start);
  const [opened, setOpened] = useState(false);
  const folder = useQuery(queries.folder(wanted));
  const isLost = !opened && wanted !== null && folder.isError && failureOf(folder.error).view.code === 'input/not-found';
  useEffect(() => {
    if (isLost) setWanted(above(wanted));
  }, [isLost, wanted]);
  const open = (path: string | null): void => {
    setOpened(true);
    setWanted(path);
  };
  return { wanted, open, here: folder.data, error: isLost ? null : folder.error };
}

function FolderDialog({ start, onClose }: { readonly start: string; onClose(path: string | null): void }) {
  const say = useText();
  const { wanted, open, here, error } = useFolder(start);
  const [focusOn, setFocusOn] = useState<string | null>(null);
  const actions = (
    <>
      <Button onClick={() => onClose(null)}>{say('act.cancel')}</Button>
      <Button appearance="primary" disabled={here === undefined || error !== null} onClick={() => onClose(here?.path ?? null)}>
        {say('folder.choose')}
      </Button>
    </>
  );
  return (
    <Dialog title={say('folder.title')} actions={actions} maxWidth={620} height={400} onClose={() => onClose(null)}>
      <div className="row">
        <Button
          icon={<ArrowUp20Regular />}
          aria-label={say('folder.up')}
          disabledFocusable={(here?.parent ?? null) === null}
          onClick={() => {
            setFocusOn(null);
            open(here?.parent ?? null);
          }}
        />
        <span className="mono grow clip">{here?.path ?? wanted}</span>
      </div>
      {error !== null ? (
        <Failure error={error} retry={() => open(null)} />
      ) : (
        <Table<string>
          key={here?.path}
          focusOn={focusOn}
          label={say('folder.title')}
          rows={here?.folders ?? []}
          rowHeight={36}
          keyOf={(path) => path}
          onOpen={(path) => {
            setFocusOn('');
            open(path);
          }}
          columns={[
            {
              id: 'name',
              title: say('files.name'),
              width: '1fr',
              cell: (path) => (
                <span className="row">
                  <Folder20Regular aria-hidden />
                  {path.split(/[\\/]/).at(-1)}
                </span>
              ),
            },
          ]}
        />
      )}
      {error === null && here?.folders.length === 0 && (
        <div className="small muted" role="status">
          {say('folder.none')}
        </div>
      )}
      {here !== undefined && <NewFolder key={here.path} within={here.path} onMade={open} />}
    </Dialog>
  );
}

function NewFolder({ within, onMade }: { readonly within: string; onMade(path: string): void }) {
  const say = useText();
  const [name, setName] = useState('');
  const separator = within.includes('\\') ? '\\' : '/';
  const path = within.endsWith(separator) ? `${within}${name}` : `${within}${separator}${name}`;
  const make = useAct(() => api.folders.make.mutate({ path }), { silent: true, onDone: (made) => onMade(made.path) });
  return (
    <form
      className="column"
      onSubmit={(event) => {
        event.preventDefault();
        // The form that a folder is chosen for is not sent.
        event.stopPropagation();
        if (name !== '' && !make.isPending) make.mutate(undefined);
      }}
    >
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <Field label={say('folder.new')} className="grow">
          <Input value={name} maxLength={100} onChange={(_event, { value }) => setName(value)} />
        </Field>
        <Button type="submit" icon={<FolderAdd20Regular />} disabled={name === ''} disabledFocusable={make.isPending}>
          {say('folder.make')}
        </Button>
      </div>
      {make.isError && <Failure error={make.error} />}
    </form>
  );
}
