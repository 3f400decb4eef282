import { Document20Regular, DocumentLink20Regular, DocumentProhibited20Regular, Folder20Filled } from '@fluentui/react-icons';
import { Checkbox } from '@fluentui/react-components';
import type { FileRow } from '#contract';
import { Table, type Column } from '../../components/table.tsx';
import { bytesText, fileTimeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

interface FileTableProps {
  readonly rows: readonly FileRow[];
  pathOf(row: FileRow): string;
  readonly picked: ReadonlySet<string>;
  /** Undefined where nothing can be picked: a volume is restored as a disk. */
  readonly onToggle: ((row: FileRow) => void) | undefined;
  onOpen(row: FileRow): void;
  onUp(): void;
  onPickAll(): void;
  /** See `Table`. */
  readonly focusOn: string | null;
}

function iconOf(row: FileRow) {
  if (row.unreadable !== null) return <DocumentProhibited20Regular className="bad" aria-hidden />;
  if (row.type === 'folder') return <Folder20Filled className="live" aria-hidden />;
  return row.type === 'symlink' ? <DocumentLink20Regular aria-hidden /> : <Document20Regular className="calm" aria-hidden />;
}

export function FileTable({ rows, pathOf, picked, onToggle, onOpen, onUp, onPickAll, focusOn }: FileTableProps) {
  const say = useText();
  const pick: readonly Column<FileRow>[] =
    onToggle === undefined
      ? []
      : [
          {
            id: say('files.pick'),
            title: '',
            width: '32px',
            cell: (row) => (
              <span onClick={(event) => event.stopPropagation()}>
                <Checkbox
                  tabIndex={-1}
                  aria-label={say('files.pick-one', { name: row.name })}
                  checked={picked.has(pathOf(row))}
                  onChange={() => onToggle(row)}
                />
              </span>
            ),
          },
        ];
  const columns: readonly Column<FileRow>[] = [
    ...pick,
    {
      id: 'name',
      title: say('files.name'),
      width: 'minmax(100px, 1fr)',
      cell: (row) => (
        <span className="row" style={{ gap: 8 }}>
          {iconOf(row)}
          <span className="clip" title={row.name}>
            {row.name}
          </span>
          {row.unreadable !== null && <span className="small bad">{say('files.unreadable')}</span>}
        </span>
      ),
    },
    {
      id: 'size',
      title: say('files.size'),
      width: '86px',
      right: true,
      cell: (row) => (row.type === 'folder' && onToggle !== undefined ? '' : bytesText(row.sizeBytes)),
    },
    {
      id: 'modified',
      title: say('files.modified'),
      width: '158px',
      from: 440,
      cell: (row) => <span className="muted">{fileTimeText(row.modified)}</span>,
    },
  ];
  return (
    <Table
      label={say('files.label')}
      rows={rows}
      columns={columns}
      rowHeight={36}
      keyOf={pathOf}
      selected={onToggle === undefined ? undefined : picked}
      onOpen={onOpen}
      onToggle={onToggle}
      onClick={(row) => {
        if (row.type !== 'folder') onToggle?.(row);
        onOpen(row);
      }}
      focusOn={focusOn}
      onKey={(event, row) => {
        if (event.key === 'Backspace' || event.key === 'ArrowLeft') onUp();
        else if (event.key === 'ArrowRight') onOpen(row);
        else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) onPickAll();
        else return;
        event.preventDefault();
      }}
    />
  );
}
