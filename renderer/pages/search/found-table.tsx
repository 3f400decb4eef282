import { Checkbox } from '@fluentui/react-components';
import { Document20Regular, Folder20Filled } from '@fluentui/react-icons';
import type { FoundFileView } from '#contract';
import { Table, type Column } from '../../components/table.tsx';
import { folderOf } from '../../format/addresses.ts';
import { bytesText, fileTimeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import type { Pick } from '../restore/files-form.tsx';

interface FoundTableProps {
  readonly files: readonly FoundFileView[];
  readonly picked: ReadonlyMap<string, Pick>;
  onFocus(file: FoundFileView): void;
  onToggle(file: FoundFileView): void;
  onOpen(file: FoundFileView): void;
}

export function keyOfFound({ vm, vmId, path }: FoundFileView): string {
  return `${vmId ?? vm} ${path}`;
}

export function FoundTable({ files, picked, onFocus, onToggle, onOpen }: FoundTableProps) {
  const say = useText();
  const columns: readonly Column<FoundFileView>[] = [
    {
      id: say('files.pick'),
      title: '',
      width: '32px',
      cell: (file) => (
        <span onClick={(event) => event.stopPropagation()}>
          <Checkbox
            tabIndex={-1}
            aria-label={say('files.pick-one', { name: file.name })}
            checked={picked.has(keyOfFound(file))}
            onChange={() => onToggle(file)}
          />
        </span>
      ),
    },
    {
      id: 'name',
      title: say('files.name'),
      width: 'minmax(150px, 1.8fr)',
      cell: (file) => (
        <span className="row" style={{ gap: 8 }} title={file.path}>
          {file.type === 'folder' ? (
            <Folder20Filled className="live" aria-hidden />
          ) : (
            <Document20Regular className="calm" aria-hidden />
          )}
          <span className="clip" style={{ lineHeight: '17px' }}>
            <span className="strong">{file.name}</span>
            <br />
            <span className="small muted">
              {file.gone && <span className="warn">{say('search.gone')} </span>}
              {folderOf(file.path)}
            </span>
          </span>
        </span>
      ),
    },
    { id: 'vm', title: say('vm.name'), width: 'minmax(56px, 0.5fr)', cell: (file) => <span title={file.vm}>{file.vm}</span> },
    {
      id: 'size',
      title: say('files.size'),
      width: '76px',
      right: true,
      from: 480,
      cell: (file) => (file.type === 'folder' ? '' : bytesText(file.versions[0]!.sizeBytes)),
    },
    {
      id: 'modified',
      title: say('files.modified'),
      width: '150px',
      from: 820,
      cell: (file) => <span className="muted">{fileTimeText(file.versions[0]!.modified)}</span>,
    },
    {
      id: 'versions',
      title: say('search.versions'),
      width: '66px',
      right: true,
      from: 420,
      cell: (file) => file.versions.length,
    },
  ];
  return (
    <Table
      label={say('search.found')}
      rows={files}
      columns={columns}
      rowHeight={48}
      keyOf={keyOfFound}
      selected={new Set(picked.keys())}
      onFocusRow={onFocus}
      onOpen={onOpen}
      onToggle={onToggle}
    />
  );
}
