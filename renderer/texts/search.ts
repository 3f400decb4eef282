import type { Texts } from './texts.ts';

/** Finding files over all restore points, the versions of one, and what made a backup big. */
export const search = {
  'search.title': ['Search files', 'Dateien suchen'],
  'search.lead': [
    'By name, over all VMs and restore points of a repository.',
    'Nach Namen, über alle VMs und Wiederherstellungspunkte eines Repositorys.',
  ],
  'search.pattern': ['Name', 'Name'],
  'search.pattern.hint': [
    'Part of a name. With * or ? a whole name; with / the end of a path.',
    'Teil eines Namens. Mit * oder ? ein ganzer Name; mit / das Ende eines Pfads.',
  ],
  'search.vm': ['VM', 'VM'],
  'search.vm.all': ['All VMs', 'Alle VMs'],
  'search.since': ['Not older than', 'Nicht älter als'],
  'search.do': ['Search', 'Suchen'],
  'search.found': ['Found', 'Gefunden'],
  'search.begin': ['What are you looking for?', 'Was suchen Sie?'],
  'search.begin.lead': [
    'Such as report, *.docx or desktop/*.pdf. Deleted files are found as well, as long as a restore point has them.',
    'Etwa bericht, *.docx oder desktop/*.pdf. Auch gelöschte Dateien, solange ein Wiederherstellungspunkt sie hat.',
  ],
  'search.nothing': ['Nothing of that name', 'Nichts dieses Namens'],
  'search.nothing.lead_one': ['One restore point was searched.', 'Ein Wiederherstellungspunkt wurde durchsucht.'],
  'search.nothing.lead_other': [
    '{{count}} restore points were searched.',
    '{{count}} Wiederherstellungspunkte wurden durchsucht.',
  ],
  'search.sum_one': ['One found in {{points}} restore points', 'Eine gefunden in {{points}} Wiederherstellungspunkten'],
  'search.sum_other': [
    '{{count}} found in {{points}} restore points',
    '{{count}} gefunden in {{points}} Wiederherstellungspunkten',
  ],
  'search.more': [
    'There are more: narrow the search to see the rest.',
    'Es gibt mehr: Grenzen Sie die Suche ein, um den Rest zu sehen.',
  ],
  'search.gone': ['deleted since', 'inzwischen gelöscht'],
  'search.versions': ['Versions', 'Fassungen'],
  'search.unlisted_one': ['One restore point was not searched.', 'Ein Wiederherstellungspunkt wurde nicht durchsucht.'],
  'search.unlisted_other': [
    '{{count}} restore points were not searched.',
    '{{count}} Wiederherstellungspunkte wurden nicht durchsucht.',
  ],
  'search.list-now': ['List their files now', 'Ihre Dateien jetzt auflisten'],
  'search.volumes_one': [
    'The files of one volume cannot be listed: {{names}}',
    'Die Dateien eines Volumes lassen sich nicht auflisten: {{names}}',
  ],
  'search.volumes_other': [
    'The files of {{count}} volumes cannot be listed: {{names}}',
    'Die Dateien von {{count}} Volumes lassen sich nicht auflisten: {{names}}',
  ],
  'search.picked.hint': [
    'Space picks a file in the version that is newest; Enter opens its folder.',
    'Leertaste wählt die neueste Fassung; Eingabe öffnet den Ordner.',
  ],
  'history.title': ['Versions of {{name}}', 'Fassungen von {{name}}'],
  'history.show': ['Its versions over time', 'Ihre Fassungen im Lauf der Zeit'],
  'history.in_one': ['on {{from}}', 'am {{from}}'],
  'history.in_other': [
    'in {{count}} restore points, {{from}} to {{to}}',
    'in {{count}} Wiederherstellungspunkten, {{from}} bis {{to}}',
  ],
  'history.modified': ['modified {{time}}', 'geändert {{time}}'],
  'history.here': ['this one', 'diese'],
  'history.open': ['Open', 'Öffnen'],
  'history.open.of': ['Open the version of {{time}}', 'Fassung vom {{time}} öffnen'],
  'history.pick': ['Pick', 'Wählen'],
  'history.pick.of': ['Pick the version of {{time}}', 'Fassung vom {{time}} wählen'],
  'history.picked': ['picked', 'gewählt'],
  'history.absent_one': ['Not in one other restore point.', 'In einem weiteren Wiederherstellungspunkt nicht vorhanden.'],
  'history.absent_other': [
    'Not in {{count}} other restore points.',
    'In {{count}} weiteren Wiederherstellungspunkten nicht vorhanden.',
  ],
  'history.more': ['and {{count}} older versions', 'und {{count}} ältere Fassungen'],
  'big.title': ['What made this backup big', 'Was diese Sicherung groß machte'],
  'big.of': ['{{vm}} of {{time}}', '{{vm}} vom {{time}}'],
  'big.lead': [
    'Which files changed most since the restore point before it.',
    'Welche Dateien sich seit dem Punkt davor am meisten änderten.',
  ],
  'big.ask': ['What made it big?', 'Was machte sie groß?'],
  'big.since': [
    '{{changed}} of the disks changed since {{time}}; the repository grew by {{stored}}.',
    '{{changed}} der Datenträger änderten sich seit {{time}}; das Repository wuchs um {{stored}}.',
  ],
  'big.first': [
    'The first backup of this VM: all of its {{changed}} are new; the repository grew by {{stored}}.',
    'Die erste Sicherung dieser VM: alle {{changed}} sind neu; das Repository wuchs um {{stored}}.',
  ],
  'big.files': ['Files', 'Dateien'],
  'big.path': ['File', 'Datei'],
  'big.changed': ['Changed', 'Geändert'],
  'big.size': ['Size', 'Größe'],
  'big.share': ['Share', 'Anteil'],
  'big.none': ['No file changed', 'Keine Datei änderte sich'],
  'big.none.lead': [
    'What changed lies outside of files: free space, or the file system itself.',
    'Was sich änderte, liegt außerhalb von Dateien: freier Platz oder das Dateisystem selbst.',
  ],
  'big.volumes': ['Volumes', 'Volumes'],
  'big.volume': ['{{changed}}, of it {{files}} in files', '{{changed}}, davon {{files}} in Dateien'],
  'big.volume.unreadable': ['{{changed}}; its files cannot be told', '{{changed}}; seine Dateien sind nicht bekannt'],
} as const satisfies Texts;
