import type { German } from './german.ts';

/** Sofortstart auf einem Host: Initiator, veröffentlichte Datenträger, Start und Ende. */
export const recoveryGerman = {
  'host/recovery-gone': [
    'Der Host weiß nichts mehr von diesem Sofortstart.',
    'Sehen Sie die Liste an; jemand hat ihn übernommen oder verworfen.',
  ],
  'host/recovery-busy': [
    'Mit diesem Sofortstart geschieht gerade etwas anderes.',
    'Sehen Sie die Liste an, und versuchen Sie es erneut, wenn das vorbei ist.',
  ],
  'host/initiator-disabled': [
    'Der iSCSI-Initiatordienst des Hosts ist deaktiviert.',
    'Auf dem Host als Administrator: Set-Service MSiSCSI -StartupType Manual',
  ],
  'host/initiator-missing': [
    'Der Host hat keinen iSCSI-Initiator.',
    'Sehen Sie auf dem Host an: Get-Service MSiSCSI; Get-InitiatorPort',
  ],
  'host/target-unreachable': [
    'Der Host erreicht die Adresse nicht, unter der die Datenträger veröffentlicht sind.',
    'Nennen Sie eine Adresse dieses Computers, die der Host erreicht, und lassen Sie die Firewall den Port zu: New-NetFirewallRule -DisplayName Hostkeep -Direction Inbound -Protocol TCP -LocalPort <port> -Action Allow',
  ],
  'host/target-refused': [
    'Der Veröffentlicher hat die Anmeldung des Hosts abgelehnt.',
    'Geheimnis oder Name des Initiators passten nicht; sehen Sie die Schritte des Laufs an und beginnen Sie von vorn.',
  ],
  'host/target-failed': [
    'Der iSCSI-Initiator des Hosts konnte sich nicht verbinden.',
    'Schlagen Sie die Nummer in der Dokumentation des iSCSI-Initiators (iscsierr.h) nach, und sehen Sie in das System-Ereignisprotokoll, Quelle iScsiPrt.',
  ],
  'host/target-disks-missing': [
    'Die veröffentlichten Datenträger erschienen nicht auf dem Host.',
    'Sehen Sie auf dem Host an: Get-IscsiSession | Get-Disk; dann beginnen Sie von vorn.',
  ],
  'host/disk-busy': [
    'Ein veröffentlichter Datenträger ließ sich auf dem Host nicht offline nehmen.',
    'Sehen Sie auf dem Host an: Get-Disk; schließen Sie, was ihn benutzt, und beginnen Sie von vorn.',
  ],
  'host/vm-start-failed': [
    'Die VM ließ sich nicht starten.',
    'Sehen Sie den freien Speicher des Hosts und sein Ereignisprotokoll Hyper-V-Worker an.',
  ],
  'host/guest-not-stopping': [
    'Der Gast fuhr nicht herunter.',
    'Fahren Sie ihn von innen herunter, oder schalten Sie ihn beim Übernehmen aus; was bisher geschrieben ist, bleibt so oder so.',
  ],
} as const satisfies German;
