import { fillIn, type Sentence } from './sentence.ts';

/** What a verification says. */
export const evidenceSentences = {
  'stored-read': 'All {{pieces}} pieces were read and are what was backed up: {{bytes}} bytes.',
  'stored-placed': 'All {{pieces}} pieces have their place in the repository; they were not all read.',
  'table-none': 'The disk has no partition table and is one volume.',
  'table-sound': 'A sound {{scheme}} table; partitions: {{count}}.',
  'table-note': '{{note}}',
  'volume-no-files': 'A {{kind}} volume, which holds no files of its own.',
  'volume-blank': 'Nothing was ever written at its start: it holds no file system.',
  'volume-clean': '{{volume}}: clean.',
  'volume-in-use': '{{volume}}: it was in use.',
  'volume-note': '{{volume}}: {{note}}',
  'volume-unknown': 'No file system known here; its files were not looked at.',
  'volume-unknown-named': 'No file system known here ({{name}}); its files were not looked at.',
  'boot-none': 'No system that is known here was found on the disks, so no boot files were looked at.',
  'boot-no-loader': 'A system was found, but no boot loader for it: the VM may not start from these disks.',
  'boot-lacks': 'Windows is here, but not {{names}}: it cannot start.',
  'boot-no-data': 'The boot manager is here, but not its data (BCD).',
  'boot-empty': 'The file is empty.',
  'boot-no-program': 'The file is not a program that firmware or Windows could start.',
  'boot-read': 'Read whole, {{bytes}} bytes.',
  'records-more': '{{count}} more records of files are damaged.',
  'records-sound': 'The records of all {{files}} files can be read.',
  'hive-sound': 'Sound: all {{cells}} cells in place, version {{version}}.',
  'hive-log':
    'Sound: all {{cells}} cells in place, version {{version}}; its log holds changes that Windows puts in place when it loads it.',
  'hive-no-log':
    'Sound: all {{cells}} cells in place, version {{version}}; but Windows was writing to it, and there is no log to end that with.',
  'database-unknown': 'The name is that of a database, but the content is of no kind known here.',
  'ese-sound': 'ESE database, version {{version}}, {{shutdown}}.',
  'ese-logs': 'ESE database, version {{version}}, {{shutdown}}; it needs logs {{logs}}, which lie beside it.',
  'ese-missing':
    'ESE database, version {{version}}, {{shutdown}}; it needs logs {{logs}}, and {{missing}} of them do not lie beside it.',
  'ese-copy-sound': 'ESE database, version {{version}}, {{shutdown}}; its first header is damaged, the second was read.',
  'ese-copy-logs':
    'ESE database, version {{version}}, {{shutdown}}; it needs logs {{logs}}, which lie beside it; its first header is damaged, the second was read.',
  'ese-copy-missing':
    'ESE database, version {{version}}, {{shutdown}}; it needs logs {{logs}}, and {{missing}} of them do not lie beside it; its first header is damaged, the second was read.',
  'sql-log': 'SQL Server log file; its header is sound.',
  'sql-secondary': 'SQL Server secondary data file; its header is sound.',
  'sql-closed': 'SQL Server database "{{name}}", version {{version}}, closed.',
  'sql-in-use':
    'SQL Server database "{{name}}", version {{version}}, in use: SQL Server puts it in order from its log when it opens it.',
  'files-read': '{{files}} files were read, {{bytes}} bytes.',
  'files-read-some': '{{files}} of {{seen}} files were read, {{bytes}} bytes.',
  'more-like-these': '{{count}} more like these are not listed.',
} as const;

export type EvidenceSentenceId = keyof typeof evidenceSentences;

export type EvidenceSentence = Sentence<EvidenceSentenceId>;

export function isEvidenceSentenceId(id: string): id is EvidenceSentenceId {
  return Object.hasOwn(evidenceSentences, id);
}

/** The sentence in English. */
export function evidenceSentenceText({ id, values }: EvidenceSentence): string {
  return fillIn(evidenceSentences[id], values);
}
