import { Button } from '@fluentui/react-components';
import { ArrowUp20Regular, ChevronRight16Regular, Key20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { useSearch } from 'wouter';
import type { HiveKeyRow, HiveKeyView, HiveValueRow } from '#contract';
import { CommandButton } from '../components/command-button.tsx';
import { NotShownYet } from '../components/not-shown-yet.tsx';
import { Card, Page } from '../components/page.tsx';
import { Table, type Column } from '../components/table.tsx';
import { useUnlocked } from '../components/unlock.tsx';
import { nameOf } from '../format/addresses.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { Damage } from './objects/damage.tsx';
import type { PointPlace } from './restore-point.tsx';

/** A registry hive of a guest, key by key. */
export function Hive(place: PointPlace) {
  const say = useText();
  const path = new URLSearchParams(useSearch()).get('path') ?? '';
  const [key, setKey] = useState('');
  /** The key whose row takes the focus: a list that is left takes it along. */
  const [focusOn, setFocusOn] = useState<string | null>(null);
  const unlocked = useUnlocked(place.repository);
  const shown = useQuery({ ...queries.hiveKey(place.repository, place.point, path, key), enabled: unlocked.ready });
  const names = key === '' ? [] : key.split('\\');
  const open = (next: readonly string[], focus: string | null): void => {
    setKey(next.join('\\'));
    setFocusOn(focus);
  };
  return (
    <Page
      title={say('hive.title', { name: nameOf(path) })}
      lead={path}
      actions={<CommandButton command={['hostkeep', 'object', 'keys', place.point, path, ...(key === '' ? [] : [key])]} />}
    >
      <div className="row">
        <Button
          icon={<ArrowUp20Regular />}
          appearance="subtle"
          aria-label={say('hive.up')}
          disabledFocusable={key === ''}
          onClick={() => open(names.slice(0, -1), null)}
        />
        <nav className="crumbs" aria-label={say('hive.path')}>
          {[nameOf(path), ...names].map((name, index) => (
            // The same name can stand on a path twice.
            <Fragment key={`${index} ${name}`}>
              {index > 0 && <ChevronRight16Regular aria-hidden className="calm" />}
              <button
                type="button"
                aria-current={index === names.length ? 'location' : undefined}
                onClick={() => open(names.slice(0, index), null)}
              >
                {name}
              </button>
            </Fragment>
          ))}
        </nav>
      </div>
      {shown.data !== undefined ? (
        <Shown
          key={key}
          view={shown.data}
          focusOn={focusOn}
          onOpen={(name) => open([...names, name], '')}
          onUp={() => names.length > 0 && open(names.slice(0, -1), names.at(-1)!)}
        />
      ) : (
        <Card className="column">
          <NotShownYet query={shown} unlocked={unlocked} />
        </Card>
      )}
    </Page>
  );
}

interface ShownProps {
  readonly view: HiveKeyView;
  /** See `Table`. */
  readonly focusOn: string | null;
  onOpen(name: string): void;
  onUp(): void;
}

function Shown({ view, focusOn, onOpen, onUp }: ShownProps) {
  const say = useText();
  const keys: readonly Column<HiveKeyRow>[] = [
    {
      id: 'name',
      title: say('hive.key'),
      width: 'minmax(120px, 1fr)',
      cell: ({ name }) => (
        <span className="row" style={{ gap: 8 }} title={name}>
          <Key20Regular className="live" aria-hidden />
          <span className="clip">{name}</span>
        </span>
      ),
    },
    { id: 'keys', title: say('hive.subkeys'), width: '62px', right: true, from: 280, cell: (row) => row.keys },
    { id: 'values', title: say('hive.count'), width: '52px', right: true, from: 340, cell: (row) => row.values },
  ];
  const values: readonly Column<HiveValueRow>[] = [
    {
      id: 'name',
      title: say('hive.value.name'),
      width: 'minmax(90px, 1fr)',
      cell: ({ name }) => <span title={name}>{name === '' ? say('hive.default') : name}</span>,
    },
    {
      id: 'data',
      title: say('hive.value.data'),
      width: 'minmax(120px, 1.6fr)',
      cell: ({ text, truncated }) => <span className="mono" title={text}>{`${text}${truncated ? '\u2026' : ''}`}</span>,
    },
    {
      id: 'type',
      title: say('hive.value.type'),
      width: '128px',
      from: 420,
      cell: ({ type }) => <span className="muted">{type}</span>,
    },
  ];
  return (
    <>
      <Damage damage={view.damage} />
      {view.more && <div className="small muted">{say('hive.more')}</div>}
      <div className="split fill" style={{ gridTemplateColumns: 'minmax(240px, 1fr) minmax(0, 1.6fr)' }}>
        <Card title={say('hive.keys')} className="column">
          {view.keys.length === 0 ? (
            <div className="muted">{say('hive.none')}</div>
          ) : (
            <Table
              label={say('hive.keys')}
              rows={view.keys}
              columns={keys}
              rowHeight={36}
              keyOf={({ name }) => name}
              focusOn={focusOn}
              onOpen={({ name }) => onOpen(name)}
              onKey={(event) => {
                if (event.key === 'Backspace' || event.key === 'ArrowLeft') onUp();
              }}
            />
          )}
        </Card>
        <Card title={say('hive.values')} className="column">
          {view.values.length === 0 ? (
            <div className="muted">{say('hive.no-values')}</div>
          ) : (
            <Table
              label={say('hive.values')}
              rows={view.values}
              columns={values}
              rowHeight={36}
              keyOf={({ name }) => name}
              focusOn={view.keys.length === 0 ? focusOn : null}
            />
          )}
        </Card>
      </div>
    </>
  );
}
