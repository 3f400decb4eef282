import type { German } from './german.ts';

const damaged = 'Prüfen Sie das Abbild mit dem Werkzeug, das es anlegte, oder nehmen Sie einen anderen Wiederherstellungspunkt.';
const readThere = 'Stellen Sie den ganzen Datenträger wieder her und lesen Sie die Datei dort.';

/** Abbilder, Partitionen, Dateisysteme. */
export const formatGerman = {
  'format/out-of-bounds': ['Eine Struktur zeigt über den Datenträger hinaus.', damaged],
  'format/truncated': ['Die Datei endet vor ihren Strukturen.', damaged],
  'format/raw-invalid': ['Das rohe Abbild taugt nicht als Datenträger.', 'Seine Größe muss ein Vielfaches von 512 Byte sein.'],
  'format/unknown': ['Die Datei hat kein bekanntes Format.', 'Verwenden Sie ein Abbild als VHDX, VHD oder roh.'],
  'format/vhdx-corrupt': ['Die VHDX-Datei ist beschädigt.', damaged],
  'format/vhdx-unsupported': [
    'Die VHDX-Datei verlangt eine hier unbekannte Eigenschaft.',
    'Wandeln Sie sie erst in eine einfache VHDX um.',
  ],
  'format/vhdx-parent-missing': [
    'Das Elternabbild eines differenzierenden Datenträgers fehlt.',
    'Legen Sie es dorthin, wo der Verweis es sucht, oder geben Sie die ganze Kette an.',
  ],
  'format/vhdx-parent-mismatch': [
    'Das Elternabbild eines differenzierenden Datenträgers wurde geändert oder ersetzt.',
    'Stellen Sie das Elternabbild wieder her, von dem das Kind stammt.',
  ],
  'format/vhdx-too-large': ['Die Strukturen der VHDX sind zu groß, um sie sicher zu laden.', damaged],
  'format/vhd-corrupt': ['Die VHD-Datei ist beschädigt.', damaged],
  'format/vhd-unsupported': [
    'Die VHD-Datei ist von einer hier unbekannten Art.',
    'Wandeln Sie sie erst in eine einfache VHDX um.',
  ],
  'format/vhd-parent-missing': [
    'Das Elternabbild einer differenzierenden VHD fehlt.',
    'Legen Sie es neben das Kind oder dorthin, wo der Verweis es sucht.',
  ],
  'format/vhd-parent-mismatch': [
    'Das Elternabbild einer differenzierenden VHD ist ein anderes als das, von dem sie stammt.',
    'Stellen Sie das Elternabbild wieder her, von dem das Kind stammt.',
  ],
  'format/lvm-corrupt': ['Die Beschreibung einer LVM-Volumegruppe ist beschädigt.', damaged],
  'format/lvm-unsupported': [
    'Das logische Volume ist von einer Art, die hier nicht gelesen werden kann.',
    'Stellen Sie die Datenträger der Volumegruppe wieder her und lesen Sie es dort.',
  ],
  'format/lvm-incomplete': [
    'Ein physisches Volume der Volumegruppe fehlt.',
    'Nehmen Sie einen Wiederherstellungspunkt mit allen Datenträgern der Volumegruppe.',
  ],
  'format/volume-encrypted': [
    'Das Volume ist verschlüsselt und von außen nicht lesbar.',
    'Stellen Sie den ganzen Datenträger wieder her und entsperren Sie das Volume dort.',
  ],
  'format/file-system-unsupported': [
    'Das Volume ist von bekannter Art, kann hier aber nicht gelesen werden.',
    'Stellen Sie den ganzen Datenträger wieder her und lesen Sie es dort.',
  ],
  'format/file-system-unknown': [
    'Die Partition enthält kein Dateisystem, das hier gelesen werden kann.',
    'Stellen Sie den ganzen Datenträger wieder her und lesen Sie sie dort.',
  ],
  'format/gpt-corrupt': ['Die GUID-Partitionstabelle ist beschädigt.', damaged],
  'format/mbr-corrupt': ['Die Partitionstabelle ist beschädigt.', damaged],
  'format/ntfs-corrupt': ['Das NTFS-Dateisystem ist beschädigt.', damaged],
  'format/ntfs-unsupported': ['Die Datei nutzt eine NTFS-Eigenschaft, die noch nicht gelesen werden kann.', readThere],
  'format/compressed-corrupt': ['Die komprimierten Daten sind beschädigt.', damaged],
  'format/file-encrypted': [
    'Die Datei ist vom Gast verschlüsselt (EFS); ihr Schlüssel liegt im Gast.',
    'Stellen Sie Datenträger oder VM wieder her und lesen Sie die Datei dort, als der Benutzer, der sie verschlüsselte.',
  ],
  'format/file-deduplicated': [
    'Die Datei liegt im Speicher der Datendeduplizierung, in einer Form, die hier nicht gelesen wird, oder wurde seither beschrieben.',
    'Stellen Sie den ganzen Datenträger wieder her und hängen Sie ihn an einen Windows Server mit Datendeduplizierung.',
  ],
  'format/file-offline': [
    'Der Inhalt der Datei liegt nicht auf diesem Volume, nur ein Platzhalter.',
    'Holen Sie die Datei von dort, wo ihr Inhalt liegt: Cloud-Speicher, Archiv oder Abbilddatei.',
  ],
  'format/reparse-unknown': [
    'Ein anderes Programm bestimmt den Inhalt der Datei (ein Analysepunkt unbekannter Art).',
    'Stellen Sie den ganzen Datenträger wieder her und lesen Sie die Datei dort, wo das Programm installiert ist.',
  ],
  'format/ext4-corrupt': ['Das ext4-Dateisystem ist beschädigt.', damaged],
  'format/ext4-unsupported': ['Das Dateisystem nutzt eine ext4-Eigenschaft, die noch nicht gelesen werden kann.', readThere],
  'format/fat-corrupt': ['Das FAT-Dateisystem ist beschädigt.', damaged],
  'format/exfat-corrupt': ['Das exFAT-Dateisystem ist beschädigt.', damaged],
  'format/xfs-corrupt': ['Das XFS-Dateisystem ist beschädigt.', damaged],
  'format/xfs-unsupported': ['Das Dateisystem nutzt eine XFS-Eigenschaft, die hier nicht gelesen werden kann.', readThere],
  'format/folder-cycle': ['Ein Ordner enthält sich selbst oder steht an zwei Stellen; das Dateisystem ist beschädigt.', damaged],
  'format/btrfs-corrupt': ['Das Btrfs-Dateisystem ist beschädigt.', damaged],
  'format/btrfs-unsupported': ['Das Dateisystem nutzt eine Btrfs-Eigenschaft, die hier nicht gelesen werden kann.', readThere],
  'format/registry-corrupt': [
    'Die Registrierungsdatei ist beschädigt.',
    'Stellen Sie sie zusammen mit ihren .LOG-Dateien wieder her, oder nehmen Sie einen anderen Wiederherstellungspunkt.',
  ],
  'format/evtx-corrupt': [
    'Das Ereignisprotokoll ist beschädigt.',
    'Was davon heil ist, wird trotzdem aufgelistet; für den Rest nehmen Sie einen anderen Wiederherstellungspunkt.',
  ],
  'format/ese-corrupt': [
    'Die Datenbank (ESE) ist beschädigt.',
    'Stellen Sie sie mit ihren Protokolldateien wieder her und lassen Sie sie von ihrem Dienst reparieren, oder nehmen Sie einen anderen Wiederherstellungspunkt.',
  ],
  'format/sql-corrupt': [
    'Die SQL-Server-Datei ist beschädigt.',
    'Stellen Sie alle Dateien der Datenbank wieder her und lassen Sie SQL Server sie prüfen, oder nehmen Sie einen anderen Wiederherstellungspunkt.',
  ],
} as const satisfies German;
