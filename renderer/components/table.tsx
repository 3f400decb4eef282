/** A list of any length: only what is in sight is in the document. Arrow keys move, Enter opens, Space selects. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of `grid-template-columns`. */
  readonly width: string;
  readonly right?: boolean;
  /** Left out where the table is narrower than this, in pixels. */
  readonly from?: number;
  cell(row: Row): ReactNode;
}

interface TableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  onOpen?(row: Row): void;
  readonly selected?: ReadonlySet<string>;
  onToggle?(row: Row): void;
  /** What a click does where it is not to pick, or to open. */
  onClick?(row: Row): void;
  onKey?(event: KeyboardEvent, row: Row): void;
  onFocusRow?(row: Row): void;
  readonly rowHeight?: number;
  /** The row that takes the focus when the table comes: the list before it had it. The first where there is none of that key. */
  readonly focusOn?: string | null;
}

const overscan = 8;
const pageRows = 10;

export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, keyOf, onOpen, selected, onToggle, onKey, onFocusRow, rowHeight = 44, focusOn = null } = props;
  const onClick = props.onClick ?? onToggle ?? onOpen;
  const body = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [width, setWidth] = useState(Infinity);
  const columns = props.columns.filter((column) => (column.from ?? 0) <= width);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(body.current!);
    return () => observer.disconnect();
  }, []);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => body.current,
    estimateSize: () => rowHeight,
    overscan,
  });
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  const current = Math.min(active, Math.max(0, rows.length - 1));

  const focusRow = (index: number): void => {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    setActive(target);
    virtual.scrollToIndex(target);
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus());
  };
  const begin = useRef(() => {
    if (focusOn === null) return;
    if (rows.length === 0) body.current?.focus();
    else focusRow(rows.findIndex((row) => keyOf(row) === focusOn));
  });
  useEffect(() => begin.current(), []);
  const onKeyDown = (event: KeyboardEvent, row: Row, index: number): void => {
    if (event.target !== event.currentTarget) return;
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: index + pageRows,
      PageUp: index - pageRows,
    };
    const target = moves[event.key];
    if (target !== undefined) focusRow(target);
    else if (event.key === 'Enter' && onOpen !== undefined) onOpen(row);
    else if (event.key === ' ' && onToggle !== undefined) onToggle(row);
    else return onKey?.(event, row);
    event.preventDefault();
  };

  return (
    <div
      className="table"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={selected !== undefined}
    >
      <div role="rowgroup" className="table-top">
        <div className="table-head" role="row" aria-rowindex={1} style={template}>
          {columns.map((column) => (
            <div key={column.id} role="columnheader" className={column.right === true ? 'right' : undefined}>
              {column.title === '' ? <span className="hidden">{column.id}</span> : column.title}
            </div>
          ))}
        </div>
      </div>
      <div className="table-body" role="rowgroup" ref={body} tabIndex={-1}>
        <div className="table-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]!;
            const key = keyOf(row);
            return (
              <div
                key={key}
                role="row"
                className="table-row"
                data-index={index}
                data-opens={onOpen === undefined ? undefined : ''}
                aria-rowindex={index + 2}
                aria-selected={selected?.has(key)}
                tabIndex={index === current ? 0 : -1}
                style={{ ...template, height: rowHeight, transform: `translateY(${start}px)` }}
                onKeyDown={(event) => onKeyDown(event, row, index)}
                onFocus={() => {
                  setActive(index);
                  onFocusRow?.(row);
                }}
                onDoubleClick={onToggle === undefined ? undefined : () => onOpen?.(row)}
                onClick={() => onClick?.(row)}
              >
                {columns.map((column) => (
                  <div key={column.id} role="gridcell" className={column.right === true ? 'right number' : 'clip'}>
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
