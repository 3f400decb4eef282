/** What a verification says, in German. */
import type { EvidenceSentenceId } from '#contract';

export const germanEvidence: Readonly<Record<EvidenceSentenceId, string>> = {
  'stored-read': 'Alle {{pieces}} Stücke wurden gelesen und sind, was gesichert wurde: {{bytes}}.',
  'stored-placed': 'Alle {{pieces}} Stücke haben ihren Platz im Repository; gelesen wurden nicht alle.',
  'table-none': 'Der Datenträger hat keine Partitionstabelle und ist ein Volume.',
  'table-sound': 'Eine heile {{scheme}}-Tabelle; Partitionen: {{count}}.',
  'table-note': '{{note}}',
  'volume-no-files': 'Ein Volume der Art {{kind}}, das keine eigenen Dateien hat.',
  'volume-blank': 'An seinem Anfang wurde nie etwas geschrieben: Es hat kein Dateisystem.',
  'volume-clean': '{{volume}}: sauber.',
  'volume-in-use': '{{volume}}: war in Gebrauch.',
  'volume-note': '{{volume}}: {{note}}',
  'volume-unknown': 'Kein hier bekanntes Dateisystem; seine Dateien wurden nicht angesehen.',
  'volume-unknown-named': 'Kein hier bekanntes Dateisystem ({{name}}); seine Dateien wurden nicht angesehen.',
  'boot-none': 'Auf den Datenträgern fand sich kein hier bekanntes System, also wurden keine Startdateien angesehen.',
  'boot-no-loader': 'Ein System ist da, aber kein Startprogramm dafür: Die VM startet von diesen Datenträgern vielleicht nicht.',
  'boot-lacks': 'Windows ist da, aber nicht {{names}}: Es kann nicht starten.',
  'boot-no-data': 'Der Start-Manager ist da, aber nicht seine Daten (BCD).',
  'boot-empty': 'Die Datei ist leer.',
  'boot-no-program': 'Die Datei ist kein Programm, das Firmware oder Windows starten könnte.',
  'boot-read': 'Ganz gelesen, {{bytes}}.',
  'records-more': '{{count}} weitere Dateieinträge sind beschädigt.',
  'records-sound': 'Die Einträge aller {{files}} Dateien sind lesbar.',
  'hive-sound': 'Heil: alle {{cells}} Zellen an ihrem Platz, Version {{version}}.',
  'hive-log':
    'Heil: alle {{cells}} Zellen an ihrem Platz, Version {{version}}; sein Protokoll enthält Änderungen, die Windows beim Laden einträgt.',
  'hive-no-log':
    'Heil: alle {{cells}} Zellen an ihrem Platz, Version {{version}}; aber Windows schrieb gerade hinein, und kein Protokoll bringt das zu Ende.',
  'database-unknown': 'Der Name ist der einer Datenbank, aber der Inhalt ist von keiner hier bekannten Art.',
  'ese-sound': 'ESE-Datenbank, Version {{version}}, {{shutdown}}.',
  'ese-logs': 'ESE-Datenbank, Version {{version}}, {{shutdown}}; sie braucht die Protokolle {{logs}}, die daneben liegen.',
  'ese-missing':
    'ESE-Datenbank, Version {{version}}, {{shutdown}}; sie braucht die Protokolle {{logs}}, von denen {{missing}} nicht daneben liegen.',
  'ese-copy-sound': 'ESE-Datenbank, Version {{version}}, {{shutdown}}; ihr erster Kopf ist beschädigt, der zweite wurde gelesen.',
  'ese-copy-logs':
    'ESE-Datenbank, Version {{version}}, {{shutdown}}; sie braucht die Protokolle {{logs}}, die daneben liegen; ihr erster Kopf ist beschädigt, der zweite wurde gelesen.',
  'ese-copy-missing':
    'ESE-Datenbank, Version {{version}}, {{shutdown}}; sie braucht die Protokolle {{logs}}, von denen {{missing}} nicht daneben liegen; ihr erster Kopf ist beschädigt, der zweite wurde gelesen.',
  'sql-log': 'Protokolldatei von SQL Server; ihr Kopf ist heil.',
  'sql-secondary': 'Sekundäre Datendatei von SQL Server; ihr Kopf ist heil.',
  'sql-closed': 'SQL-Server-Datenbank „{{name}}“, Version {{version}}, geschlossen.',
  'sql-in-use':
    'SQL-Server-Datenbank „{{name}}“, Version {{version}}, in Gebrauch: SQL Server bringt sie beim Öffnen mit ihrem Protokoll in Ordnung.',
  'files-read': '{{files}} Dateien wurden gelesen, {{bytes}}.',
  'files-read-some': '{{files}} von {{seen}} Dateien wurden gelesen, {{bytes}}.',
  'more-like-these': '{{count}} weitere dieser Art sind nicht aufgeführt.',
};
