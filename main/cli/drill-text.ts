/** Drills, and what they saw, in words. */
import type { Drill, DrillReport } from '#contract';
import { passphraseText } from './passphrase-text.ts';
import { scheduleText } from './schedule-text.ts';
import { durationText, shown, tableText, timeText, wrapped } from './text.ts';

export function reportText({ record, file, run }: DrillReport): string {
  return [...recordText(record), `Signed record: ${file}`, `Its steps: hostkeep run show ${run}`].join('\n');
}

export function recordText(record: DrillReport['record']): readonly string[] {
  const time = (value: number | null): string => (value === null ? '-' : durationText(value));
  return [
    ...escaped(0, `${record.vm} of ${whenText(record.pointTime)} on ${record.host}, ${whenText(record.at)}: ${record.verdict}`),
    ...escaped(2, `disks served after ${time(record.servedAfterMs)}, started after ${time(record.startedAfterMs)}`),
    ...escaped(
      2,
      `heartbeat ${record.heartbeat} after ${time(record.heartbeatAfterMs)}, screen ${record.screen ?? 'not seen'}, network ${record.network}`,
    ),
    ...escaped(2, `data ${record.verification.verdict}${evidenceOf(record)}`),
    ...record.verification.checks.flatMap(({ subject, check, verdict, says }) =>
      escaped(4, `${subject}: ${check}: ${verdict}: ${says}`),
    ),
    ...record.verification.notes.flatMap((note) => escaped(4, note)),
    ...escaped(2, record.undone ? 'taken away again' : 'NOT taken away: hostkeep recover list'),
    ...(record.error === null ? [] : escaped(2, record.error)),
  ];
}

/** A record may come from anybody: nothing in it may steer a terminal. */
export function escaped(indent: number, text: string): readonly string[] {
  return wrapped(shown(text), 79 - indent).map((part) => ' '.repeat(indent) + part);
}

/** A record has its times as ISO 8601; what is none is shown as it is. */
function whenText(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : timeText(at);
}

function evidenceOf({ verification: { evidence } }: DrillReport['record']): string {
  return evidence === null ? '' : `: verified ${evidence.grade} (${evidence.depth}), ${evidence.files} files read`;
}

/** A drill, whole. */
export function drillText(one: Drill): string {
  return tableText(
    ['DRILL', one.name],
    [
      ['id', one.id],
      ['host', one.host],
      ['what', one.vms.join(' ') || 'all VMs that have restore points'],
      ['repository', one.repository.path],
      ['passphrase', passphraseText(one.repository.passphrase)],
      ['folder', one.folder],
      ['network', one.switch === null ? 'none' : `the switch ${one.switch}`],
      ['listens', one.listen ?? 'on loopback'],
      ['waits', `${one.waitSeconds} s for the heartbeat`],
      ['signs', one.keyFile === null ? 'with the key of the keystore' : `with ${one.keyFile}`],
      ['when', whenDrillText(one)],
    ],
  );
}

export function whenDrillText({ paused, schedule }: Drill): string {
  return paused ? `paused (${scheduleText(schedule)})` : scheduleText(schedule);
}
