import type { Texts } from './texts.ts';

/** What a verification says of a restore point. */
export const evidence = {
  'evidence.title': ['Verification', 'Verifizierung'],
  'evidence.lead': [
    'Looked at without starting it: stored data, volumes, boot files, hives, databases, files.',
    'Angesehen, ohne sie zu starten: Daten, Volumes, Startdateien, Hives, Datenbanken, Dateien.',
  ],
  'evidence.none': ['Not verified', 'Nicht verifiziert'],
  'evidence.none.lead': [
    'Nobody has verified this restore point yet.',
    'Diesen Wiederherstellungspunkt hat noch niemand verifiziert.',
  ],
  'evidence.grade.passed': ['Passed', 'Bestanden'],
  'evidence.grade.limited': ['Passed in part', 'Teils bestanden'],
  'evidence.grade.warning': ['With warnings', 'Mit Warnungen'],
  'evidence.grade.failed': ['Damaged', 'Beschädigt'],
  'evidence.grade.passed.why': ['All that was looked at is sound.', 'Alles, was angesehen wurde, ist heil.'],
  'evidence.grade.limited.why': [
    'What was looked at is sound; some of it could not be looked into.',
    'Was angesehen wurde, ist heil; in einiges ließ sich nicht hineinsehen.',
  ],
  'evidence.grade.warning.why': [
    'Readable, but the guest or an application has work to do before it can use it.',
    'Lesbar, aber der Gast oder eine Anwendung hat Arbeit, bevor sie es nutzen kann.',
  ],
  'evidence.grade.failed.why': ['Something is damaged or missing.', 'Etwas ist beschädigt oder fehlt.'],
  'evidence.depth.sample': ['a sample of the files', 'eine Stichprobe der Dateien'],
  'evidence.depth.all': ['every stored byte, every file', 'jedes gespeicherte Byte, jede Datei'],
  'evidence.when': ['{{time}}, {{depth}}', '{{time}}, {{depth}}'],
  'evidence.took': ['Took {{time}}, by {{by}}.', 'Dauer {{time}}, durch {{by}}.'],
  'evidence.read': [
    'Read through every layer: {{files}} files, {{size}}.',
    'Durch alle Schichten gelesen: {{files}} Dateien, {{size}}.',
  ],
  'evidence.read.of': [
    'Read through every layer: {{files}} of {{ofFiles}} files, {{size}} of {{ofSize}}.',
    'Durch alle Schichten gelesen: {{files}} von {{ofFiles}} Dateien, {{size}} von {{ofSize}}.',
  ],
  'evidence.not-covered.sample': [
    'Files outside the sample, the rest of files over 64 MiB, named streams, and what lies in no file were not read. Whether the guest starts, and whether its applications accept their data, was not tried.',
    'Dateien außerhalb der Stichprobe, das Übrige von Dateien über 64 MiB, benannte Datenströme und was in keiner Datei liegt, wurden nicht gelesen. Ob der Gast startet und ob seine Anwendungen ihre Daten annehmen, wurde nicht versucht.',
  ],
  'evidence.not-covered.all': [
    'Whether the guest starts, and whether its applications accept their data, was not tried.',
    'Ob der Gast startet und ob seine Anwendungen ihre Daten annehmen, wurde nicht versucht.',
  ],
  'evidence.verdict.passed': ['Sound', 'Heil'],
  'evidence.verdict.not-checked': ['Not checked', 'Nicht geprüft'],
  'evidence.verdict.warning': ['Warning', 'Warnung'],
  'evidence.verdict.failed': ['Damaged', 'Beschädigt'],
  'evidence.check.stored-data': ['Stored data', 'Gespeicherte Daten'],
  'evidence.check.partition-table': ['Partition table', 'Partitionstabelle'],
  'evidence.check.file-system': ['File system', 'Dateisystem'],
  'evidence.check.boot-files': ['Boot files', 'Startdateien'],
  'evidence.check.file-records': ['Records of files', 'Dateieinträge'],
  'evidence.check.registry-hive': ['Registry hive', 'Registry-Hive'],
  'evidence.check.database': ['Database', 'Datenbank'],
  'evidence.check.file-contents': ['Contents of files', 'Dateiinhalte'],
  'evidence.checks.problems': ['What is to be seen to', 'Was zu beachten ist'],
  'evidence.checks.sound': ['What is sound ({{count}})', 'Was heil ist ({{count}})'],
  'evidence.checks.more': [
    'and {{count}} more; "hostkeep evidence" has them all',
    'und {{count}} weitere; „hostkeep evidence“ zeigt alle',
  ],
  'evidence.earlier': ['Earlier verifications', 'Frühere Verifizierungen'],
  'evidence.now': ['Verify now', 'Jetzt verifizieren'],
  'evidence.now.all': ['Verify every byte', 'Jedes Byte verifizieren'],
  'evidence.not-kept': [
    'The report could not be kept in the repository.',
    'Der Bericht ließ sich nicht im Repository aufbewahren.',
  ],
} as const satisfies Texts;
