/** What a verification says, in German: sentences by their ids, and what notes of volumes and partition tables say, by their English. */
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

/** A note can hold several of these. */
export const germanNotes: Readonly<Record<string, string>> = {
  'The primary partition table is damaged; the backup at the end of the disk was used.':
    'Die primäre Partitionstabelle ist beschädigt; benutzt wurde die Kopie am Ende des Datenträgers.',
  'The backup partition table is missing or damaged; the primary one was used.':
    'Die Kopie der Partitionstabelle fehlt oder ist beschädigt; benutzt wurde die primäre.',
  'The volume is marked dirty: Windows checks it when it is mounted next.':
    'Das Volume ist als unsauber markiert: Windows prüft es beim nächsten Einbinden.',
  'The volume was in use: its journal ($LogFile) may hold changes that are not in place yet. Files are read as they stand on the disk.':
    'Das Volume war in Gebrauch: Sein Journal ($LogFile) enthält vielleicht Änderungen, die noch nicht eingetragen sind. Dateien werden gelesen, wie sie auf dem Datenträger stehen.',
  'The journal ($LogFile) is damaged.': 'Das Journal ($LogFile) ist beschädigt.',
  'The volume was in use: changes that waited in its journal were put in place for reading.':
    'Das Volume war in Gebrauch: Änderungen, die in seinem Journal warteten, wurden zum Lesen eingetragen.',
  'The journal could not be read: files are shown as they stand without what waits in it.':
    'Das Journal ließ sich nicht lesen: Dateien werden ohne das gezeigt, was darin wartet.',
  'The file system noted errors: check it with e2fsck.': 'Das Dateisystem hat Fehler vermerkt: mit e2fsck prüfen.',
  'The volume was in use, or not unmounted properly.': 'Das Volume war in Gebrauch oder wurde nicht richtig ausgehängt.',
  'The volume was in use: changes that waited in its log were put in place for reading.':
    'Das Volume war in Gebrauch: Änderungen, die in seinem Log warteten, wurden zum Lesen eingetragen.',
  'The volume was in use, and its log is damaged: the last changes that wait in it are not shown.':
    'Das Volume war in Gebrauch, und sein Log ist beschädigt: Die letzten Änderungen, die darin warten, werden nicht gezeigt.',
  'The volume was in use: more waits in its log than can be put in place here, and is not shown.':
    'Das Volume war in Gebrauch: In seinem Log wartet mehr, als hier eingetragen werden kann; es wird nicht gezeigt.',
  'The log is on another device; what waits in it is not shown.':
    'Das Log liegt auf einem anderen Gerät; was darin wartet, wird nicht gezeigt.',
  'The log could not be read: files are shown as they stand without what waits in it.':
    'Das Log ließ sich nicht lesen: Dateien werden ohne das gezeigt, was darin wartet.',
  'The file system asks for xfs_repair.': 'Das Dateisystem verlangt nach xfs_repair.',
  'The superblock is damaged; one of its copies was used.': 'Der Superblock ist beschädigt; benutzt wurde eine seiner Kopien.',
  'The volume was in use: what programs made durable in its last seconds, which waited in its log, was put in place for reading.':
    'Das Volume war in Gebrauch: Was Programme in den letzten Sekunden dauerhaft schrieben und in seinem Log wartete, wurde zum Lesen eingetragen.',
  'The volume was in use, and more waits in its log than is read: what programs made durable in its last seconds is not shown.':
    'Das Volume war in Gebrauch, und in seinem Log wartet mehr, als gelesen wird: Was Programme in den letzten Sekunden dauerhaft schrieben, wird nicht gezeigt.',
  'The volume was in use, and its log could not be read: what programs made durable in its last seconds is not shown.':
    'Das Volume war in Gebrauch, und sein Log ließ sich nicht lesen: Was Programme in den letzten Sekunden dauerhaft schrieben, wird nicht gezeigt.',
  'The file system noted disk errors.': 'Das Dateisystem hat Fehler des Datenträgers vermerkt.',
  'The volume was in use, or not taken out properly.': 'Das Volume war in Gebrauch oder wurde nicht richtig entfernt.',
  'The volume noted failures of its medium.': 'Das Volume hat Fehler seines Mediums vermerkt.',
  'The volume was in use.': 'Das Volume war in Gebrauch.',
};
