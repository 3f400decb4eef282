import type { DamageView, EventRow, EventsView, HiveKeyView, ObjectSetView, ObjectView } from '#contract';
import { bytesText, shown, tableText, timeText, wrapped } from './text.ts';

const states: Readonly<Record<ObjectView['state'], string>> = {
  clean: 'clean',
  dirty: 'dirty: it was in use',
  unknown: 'not told by this file',
};

/** What an object is, a line for each thing that is known. */
export function objectText(view: ObjectView): string {
  const lines = [
    ['path', shown(view.path)],
    ...factsOf(view),
    ['state', states[view.state]],
    ['size', bytesText(view.sizeBytes)],
  ] as const;
  return lines.flatMap(([name, text]) => wrapped(`${`${name}:`.padEnd(14)}${text}`, 79)).join('\n');
}

type Fact = readonly [string, string];

function factsOf(view: ObjectView): readonly Fact[] {
  if (view.kind === 'hive')
    return [
      ['kind', `registry hive, version ${view.version}`],
      ['loaded as', view.fileName === '' ? '-' : shown(view.fileName)],
      ['last written', view.lastWritten === null ? '-' : timeText(view.lastWritten)],
      ['keys at root', String(view.keys)],
      [
        'logs',
        view.logs.length === 0
          ? 'none that hold changes'
          : `${view.logs.map(shown).join(', ')} (${view.replayed} entries that the hive lacks, put in place where it is read)`,
      ],
    ];
  if (view.kind === 'event-log')
    return [
      ['kind', `event log, version ${view.version}`],
      ['chunks', `${view.chunks}${view.full ? '; full: it kept nothing more' : ''}`],
    ];
  if (view.kind === 'sql-server')
    return [
      ['kind', `SQL Server ${view.role === 'log' ? 'log' : `${view.role} data`} file, number ${view.file}`],
      ...(view.database === null ? [] : [['database', shown(view.database)] as const]),
      ...(view.version === ''
        ? []
        : [['version', `${view.version}${view.release === null ? '' : ` (${view.release})`}`] as const]),
    ];
  return [
    ['kind', `ESE database, version ${view.version}, pages of ${bytesText(view.pageBytes)}`],
    ['shutdown', view.shutdown.replaceAll('-', ' ')],
    ['clean at', view.cleanAt ?? '-'],
    ['needs logs', view.logsRequired === null ? 'none' : neededText(view.logsRequired, view.logsMissing)],
    ...(view.fromCopy ? [['header', 'the first copy is damaged; the second was read'] as const] : []),
  ];
}

function neededText({ from, to }: { readonly from: number; readonly to: number }, missing: readonly number[]): string {
  const hex = (generation: number): string => `0x${generation.toString(16)}`;
  const range = from === to ? hex(from) : `${hex(from)} to ${hex(to)}`;
  return missing.length === 0 ? `${range}, which lie beside it` : `${range}; not beside it: ${missing.map(hex).join(', ')}`;
}

export function keyText(view: HiveKeyView): string {
  const keys = view.keys.map((key) => [
    shown(key.name),
    String(key.keys),
    String(key.values),
    key.lastWritten === null ? '' : timeText(key.lastWritten),
  ]);
  const values = view.values.map((value) => [
    value.name === '' ? '(default)' : shown(value.name),
    value.type,
    `${shown(value.text)}${value.truncated ? ' ...' : ''}`,
  ]);
  return [
    view.key === '' ? 'The root of the hive.' : shown(view.key),
    ...(keys.length === 0 ? [] : ['', tableText(['KEY', 'KEYS', 'VALUES', 'LAST WRITTEN'], keys)]),
    ...(values.length === 0 ? [] : ['', tableText(['VALUE', 'TYPE', 'DATA'], values)]),
    ...(view.more ? ['', 'There is more: see --limit.'] : []),
    ...(view.replayed > 0 ? ['', replayedText(view.replayed)] : []),
  ].join('\n');
}

export function replayedText(entries: number): string {
  return `${entries} entries of its logs were put in place, as Windows does when it loads the hive.`;
}

export const staleText = 'hostkeep: the hive was being written to and no log of it ends that: it may lack the last changes\n';

const levels = ['Information', 'Critical', 'Error', 'Warning', 'Information', 'Verbose'] as const;

export function eventsText(view: EventsView): string {
  const count = view.events.length === 0 ? 'No event fits.' : `${view.events.length} events, newest first.`;
  return [...view.events.flatMap(eventLines), `${count}${view.more ? ' There are older ones: see --count.' : ''}`].join('\n');
}

/** A line that says what it is, and what it says below; every value keeps its own line. */
function eventLines(event: EventRow): readonly string[] {
  const level = event.level === null ? '-' : (levels[event.level] ?? String(event.level));
  const head = `${event.time === null ? '-' : timeText(event.time)}  ${level}  ${event.id ?? '-'}  ${event.provider}`;
  return [
    ...wrapped(shown(`${head}${event.doubtful ? '  (damaged place: doubtful)' : ''}`), 79),
    ...(event.xml === null ? event.data.flatMap(dataLines) : [`  ${shown(event.xml)}`]),
  ];
}

function dataLines({ name, text }: EventRow['data'][number]): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => shown(line.replaceAll('\t', ' ').trimEnd()));
  return `${name === '' ? '' : `${shown(name)}: `}${lines.join('\n')}`
    .split('\n')
    .flatMap((line) => wrapped(line, 76))
    .map((line) => `  ${line}`);
}

const setStates: Readonly<Record<ObjectSetView['state'], string>> = {
  clean: 'Clean: it can be used as it is.',
  recovery: 'Needs recovery, for which everything is there.',
  incomplete: 'INCOMPLETE: it cannot be put in order with what was found.',
};

export function setText(set: ObjectSetView): string {
  const rows = set.files.map(({ part, sizeBytes, path }) => [part, bytesText(sizeBytes), shown(path)]);
  return [
    tableText(['PART', 'SIZE', 'FILE'], rows),
    '',
    setStates[set.state],
    ...set.says.flatMap((line) => wrapped(line, 79)),
  ].join('\n');
}

/** To standard error: what could not be read. */
export function damageText(damage: readonly DamageView[]): string {
  const reasons = [...new Set(damage.map(({ reason }) => reason))];
  const told = reasons.slice(0, 10).map((reason) => `hostkeep: not all of it could be read: ${reason}\n`);
  return `${told.join('')}${reasons.length > 10 ? `hostkeep: and ${reasons.length - 10} more pieces of damage\n` : ''}`;
}
