import type { German } from './german.ts';

/** Wiederherstellungsübungen und ihre Protokolle. */
export const drillGerman = {
  'drill/exists': ['Eine Übung dieses Namens gibt es schon.', 'Wählen Sie einen anderen Namen, oder löschen Sie die alte.'],
  'drill/no-key': [
    'Es gibt keinen Schlüssel, mit dem das Protokoll unterschrieben werden könnte.',
    'Wo der Computer keinen Schlüsselspeicher hat, machen Sie einen mit `hostkeep drill key --new FILE` und nennen ihn mit --key-file FILE.',
  ],
  'drill/key-unfit': ['Die Datei enthält keinen Ed25519-Schlüssel.', 'Machen Sie einen mit `hostkeep drill key --new FILE`.'],
  'drill/record-malformed': [
    'Die Datei ist kein Übungsprotokoll.',
    'Geben Sie eine Datei an, die `hostkeep drill run` geschrieben hat; was darin steht, sagt docs/instant-recovery.md.',
  ],
  'drill/record-forged': [
    'Die Unterschrift passt nicht zum Protokoll: Jemand hat es geändert, oder ein anderer Schlüssel hat es unterschrieben.',
    'Verlassen Sie sich nicht darauf; holen Sie die Datei neu von dort, wo sie geschrieben wurde.',
  ],
  'drill/other-key': [
    'Ein anderer Schlüssel als der genannte hat das Protokoll unterschrieben.',
    'Vergleichen Sie mit `hostkeep drill key` auf dem Computer, der die Übung gemacht hat.',
  ],
  'drill/nothing-to-try': [
    'Kein Wiederherstellungspunkt zum Erproben wurde gefunden.',
    'Sehen Sie mit `hostkeep points` nach; die Übung nennt ihre VMs.',
  ],
} as const satisfies German;
