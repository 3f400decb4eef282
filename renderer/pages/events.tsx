import { Dropdown, Field, Input, Option } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearch } from 'wouter';
import type { EventRow } from '#contract';
import { CommandButton } from '../components/command-button.tsx';
import { Facts } from '../components/facts.tsx';
import { MomentInput } from '../components/moment-input.tsx';
import { NotShownYet } from '../components/not-shown-yet.tsx';
import { Card, Page } from '../components/page.tsx';
import { Table, type Column } from '../components/table.tsx';
import { useUnlocked } from '../components/unlock.tsx';
import { nameOf } from '../format/addresses.ts';
import { fileTimeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { Damage } from './objects/damage.tsx';
import { EventLevelBadge, levelOf } from './objects/event-level.tsx';
import type { PointPlace } from './restore-point.tsx';

const levels = [1, 2, 3, 4] as const;
const mostIds = 100;

/** An event log of a guest, newest first. */
export function Events(place: PointPlace) {
  const say = useText();
  const path = new URLSearchParams(useSearch()).get('path') ?? '';
  const [level, setLevel] = useState<number | null>(null);
  const [typed, setTyped] = useState('');
  const [day, setDay] = useState('');
  const [chosen, setChosen] = useState<EventRow | null>(null);
  const unlocked = useUnlocked(place.repository);
  const ids = idsOf(typed);
  const since = Date.parse(`${day}T00:00:00`);
  const wish = { level, ids, since: Number.isNaN(since) || since < 0 ? null : since };
  const events = useQuery({ ...queries.events(place.repository, place.point, path, wish), enabled: unlocked.ready });
  const textOf = (one: number | null): string =>
    one === null ? say('events.level.any') : say('events.level.least', { level: say(`events.level.${levelOf(one)}`) });
  return (
    <Page
      title={say('events.title', { name: nameOf(path) })}
      lead={path}
      actions={<CommandButton command={['hostkeep', 'object', 'events', place.point, path]} />}
    >
      <Card>
        <div className="search-form">
          <Field label={say('events.ids')} hint={say('events.ids.hint')}>
            <Input value={typed} maxLength={700} onChange={(_event, { value }) => setTyped(value)} />
          </Field>
          <Field label={say('events.level')}>
            <Dropdown
              value={textOf(level)}
              selectedOptions={[String(level ?? '')]}
              onOptionSelect={(_event, { optionValue }) =>
                setLevel(optionValue === undefined || optionValue === '' ? null : Number(optionValue))
              }
            >
              <Option value="">{textOf(null)}</Option>
              {levels.map((one) => (
                <Option key={one} value={String(one)}>
                  {textOf(one)}
                </Option>
              ))}
            </Dropdown>
          </Field>
          <Field label={say('events.since')}>
            <MomentInput kind="date" value={day} onChange={setDay} />
          </Field>
        </div>
      </Card>
      {events.data !== undefined ? (
        <>
          <Damage damage={events.data.damage} />
          {events.data.more && <div className="small muted">{say('events.more', { count: events.data.events.length })}</div>}
          <div className="split fill" style={{ gridTemplateColumns: 'minmax(0, 1.7fr) minmax(260px, 1fr)' }}>
            <Card className="column">
              {events.data.events.length === 0 ? (
                <div className="muted">{say('events.none')}</div>
              ) : (
                <EventTable events={events.data.events} onChoose={setChosen} />
              )}
            </Card>
            <Card className="column">
              {chosen === null ? <div className="muted">{say('events.choose')}</div> : <EventText event={chosen} />}
            </Card>
          </div>
        </>
      ) : (
        <Card className="column">
          <NotShownYet query={events} unlocked={unlocked} />
        </Card>
      )}
    </Page>
  );
}

function EventTable({ events, onChoose }: { readonly events: readonly EventRow[]; onChoose(event: EventRow): void }) {
  const say = useText();
  const columns: readonly Column<EventRow>[] = [
    { id: 'level', title: say('events.level'), width: '122px', cell: ({ level }) => <EventLevelBadge level={level} /> },
    { id: 'time', title: say('events.time'), width: '158px', cell: ({ time }) => fileTimeText(time) },
    { id: 'id', title: say('events.id'), width: '56px', right: true, from: 400, cell: ({ id }) => id ?? '' },
    {
      id: 'provider',
      title: say('events.provider'),
      width: 'minmax(100px, 1fr)',
      from: 480,
      cell: ({ provider }) => <span title={provider}>{provider}</span>,
    },
  ];
  return (
    <Table
      label={say('events.list')}
      rows={events}
      columns={columns}
      rowHeight={36}
      keyOf={({ record, time }) => `${record} ${time}`}
      onFocusRow={onChoose}
      onOpen={onChoose}
    />
  );
}

function EventText({ event }: { readonly event: EventRow }) {
  const say = useText();
  const facts = [
    [say('events.provider'), event.provider],
    [say('events.id'), String(event.id ?? '')],
    [say('events.time'), fileTimeText(event.time)],
    [say('events.record'), event.record],
    [say('events.computer'), event.computer],
    [say('events.user'), event.user ?? ''],
  ] as const;
  return (
    <>
      <EventLevelBadge level={event.level} />
      {event.doubtful && <div className="small">{say('events.doubtful')}</div>}
      <Facts facts={facts.filter(([, value]) => value !== '')} />
      {event.data.map(({ name, text }, index) => (
        <div key={`${index} ${name}`} className="small">
          {name !== '' && <span className="strong">{name}: </span>}
          <span className="mono">{text}</span>
        </div>
      ))}
    </>
  );
}

/** Those that are ids; null where none is. */
function idsOf(text: string): number[] | null {
  const ids = text.split(/[\s,;]+/).flatMap((part) => (/^\d{1,5}$/.test(part) && Number(part) <= 65_535 ? [Number(part)] : []));
  return ids.length === 0 ? null : ids.slice(0, mostIds);
}
