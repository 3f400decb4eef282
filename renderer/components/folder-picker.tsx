import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { ArrowUp20Regular, Folder20Regular, FolderOpen20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { desktop } from '../desktop.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
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
        <div className="row">
          <Input className="grow" aria-label={label} value={value} onChange={(_event, data) => onChange(data.value)} />
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

function FolderDialog({ start, onClose }: { readonly start: string; onClose(path: string | null): void }) {
  const say = useText();
  const [wanted, setWanted] = useState<string | null>(start === '' ? null : start);
  const folder = useQuery(queries.folder(wanted));
  const here = folder.data;
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose(null)}>
      <DialogSurface style={{ maxWidth: 620 }}>
        <DialogBody>
          <DialogTitle>{say('folder.title')}</DialogTitle>
          <DialogContent className="column" style={{ height: 380 }}>
            <div className="row">
              <Button
                icon={<ArrowUp20Regular />}
                aria-label={say('folder.up')}
                disabled={(here?.parent ?? null) === null}
                onClick={() => setWanted(here?.parent ?? null)}
              />
              <span className="mono grow clip">{here?.path ?? wanted}</span>
            </div>
            {folder.isError ? (
              <Failure error={folder.error} retry={() => setWanted(null)} />
            ) : (
              <Table
                label={say('folder.title')}
                rows={here?.folders ?? []}
                rowHeight={36}
                keyOf={(path) => path}
                onOpen={(path) => setWanted(path)}
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
          </DialogContent>
          <DialogActions>
            <Button onClick={() => onClose(null)}>{say('act.cancel')}</Button>
            <Button
              appearance="primary"
              disabled={here === undefined || folder.isError}
              onClick={() => onClose(here?.path ?? null)}
            >
              {say('folder.choose')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
