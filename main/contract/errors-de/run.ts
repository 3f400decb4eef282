import type { German } from './german.ts';

/** Eingaben, Läufe, Wiederherstellung, Labor, Veröffentlichen. */
export const runGerman = {
  'input/invalid': ['Die Anfrage ist nicht gültig.', 'Berichtigen Sie den genannten Wert.'],
  'input/missing-option': ['Eine nötige Angabe fehlt.', 'Machen Sie die genannte Angabe.'],
  'input/usage': ['Der Befehl ist so nicht richtig.', 'Siehe „<command> --help“.'],
  'input/secret-argument': [
    'Ein Geheimnis ist nie ein Argument: Jeder Prozess dieses Computers könnte es lesen.',
    'Verwenden Sie --password-file DATEI, HOSTKEEP_PASSWORD oder die Eingabe; ändern Sie das Geheimnis, wenn es ein echtes war.',
  ],
  'input/not-found': ['Nichts mit diesem Namen ist vorhanden.', 'Wählen Sie etwas Vorhandenes.'],
  'input/ambiguous': ['Der Name passt auf mehr als eines.', 'Geben Sie die Kennung oder mehr Zeichen davon an.'],
  'input/target-exists': ['Das Ziel gibt es schon.', 'Wählen Sie ein anderes Ziel, oder entfernen Sie es.'],
  'input/too-large': ['Die Anfrage ist zu groß.', 'Verlangen Sie weniger auf einmal.'],
  'input/refused': [
    'Die Anfrage kam nicht von dieser Konsole.',
    'Öffnen Sie die Adresse, die „hostkeep serve“ ausgab; sie wechselt bei jedem Start.',
  ],
  'input/cancelled': ['Der Vorgang wurde abgebrochen.', 'Starten Sie erneut, wenn Sie so weit sind.'],
  'run/failed': ['Der Lauf gelang nicht für jede VM.', 'Sehen Sie den Schritt an, der fehlschlug.'],
  'run/not-started': ['Der Lauf ließ sich nicht starten.', 'Sehen Sie in seine Protokolldatei im Ordner „logs“.'],
  'run/ended': ['Der Lauf ist schon zu Ende.', 'Sehen Sie sein Ergebnis an.'],
  'run/interrupted': ['Der Lauf endete ohne Ergebnis.', 'Starten Sie ihn erneut; was er zurückließ, wird aufgeräumt.'],
  'state/damaged': [
    'Die Zustandsdatenbank ist beschädigt.',
    'Legen Sie state.db beiseite; Wiederherstellungspunkte sind nicht betroffen.',
  ],
  'state/unavailable': [
    'Die Zustandsdatenbank kann im Moment nicht geöffnet oder beschrieben werden.',
    'Prüfen Sie, ob dieses Konto in den Home-Ordner schreiben darf, ob dort Platz ist und ob nichts anderes state.db festhält; danach erneut versuchen. Eine Wiederherstellung braucht keinen Zustand: ein anderes „--home ORDNER“ genügt.',
  ],
  'state/newer': ['Die Zustandsdatenbank stammt von einer neueren Version.', 'Aktualisieren Sie Hostkeep.'],
  'recovery/not-catalogued': [
    'Die Dateien des Wiederherstellungspunkts sind noch nicht aufgelistet.',
    'Listen Sie sie auf mit `hostkeep catalog <point>`.',
  ],
  'recovery/path-not-found': ['Den Pfad gibt es im Wiederherstellungspunkt nicht.', 'Gehen Sie einen Ordner höher.'],
  'recovery/not-a-file': ['Der Pfad ist keine Datei.', 'Stellen Sie ihn als Ordner wieder her.'],
  'recovery/not-in-a-volume': [
    'Der Pfad nennt einen Datenträger oder alle: Dateien und Ordner liegen in Volumes.',
    'Geben Sie ein Volume an, etwa /disk0/part2, oder stellen Sie den ganzen Datenträger wieder her.',
  ],
  'recovery/not-an-object': [
    'Die Datei ist keine Registrierungsdatei, kein Ereignisprotokoll und keine Datenbank, die hier bekannt ist.',
    'Geben Sie den Pfad einer solchen Datei an, oder stellen Sie sie als Datei wieder her.',
  ],
  'recovery/key-not-found': [
    'Der Schlüssel ist nicht in der Registrierungsdatei.',
    'Lassen Sie sich die Schlüssel darüber zeigen: „hostkeep object keys“.',
  ],
  'recovery/not-a-folder': ['Der Pfad ist kein Ordner.', 'Öffnen Sie ihn als Datei.'],
  'recovery/unsafe-name': [
    'Ein Name im Gast lässt sich hier nicht sicher verwenden.',
    'Stellen Sie die Datei einzeln unter anderem Namen wieder her: „hostkeep cat“.',
  ],
  'recovery/path-too-long': [
    'Der Pfad ist zu lang für das Ziel.',
    'Stellen Sie einen tieferen Ordner einzeln wieder her, oder in einen kürzeren Pfad.',
  ],
  'recovery/unsafe-link': [
    'Der Verweis führt aus dem Wiederhergestellten hinaus und wird hier nicht angelegt.',
    'Stellen Sie sein Ziel über dessen eigenen Pfad wieder her.',
  ],
  'recovery/too-sparse': [
    'Die Datei besteht fast nur aus Lücken, die ein Zip als Nullen enthalten müsste.',
    'Stellen Sie sie in einen Ordner wieder her.',
  ],
  'recovery/incomplete': ['Einige Dateien ließen sich nicht wiederherstellen.', 'Sehen Sie die Liste der Dateien und Gründe an.'],
  'recovery/target-full': ['Das Ziel hat keinen Platz mehr.', 'Schaffen Sie Platz, oder wählen Sie ein anderes Ziel.'],
  'recovery/file-too-large': [
    'Das Dateisystem des Ziels fasst keine Datei dieser Größe.',
    'Wählen Sie ein Ziel mit einem anderen Dateisystem, etwa NTFS, ReFS, ext4 oder XFS: FAT32 endet bei 4 GiB.',
  ],
  'recovery/target-failed': ['Das Ziel ließ sich nicht schreiben.', 'Prüfen Sie den Pfad und seine Rechte.'],
  'lab/not-created': ['Das Labor gibt es noch nicht.', 'Fügen Sie einen Hyper-V-Host hinzu, oder legen Sie das Labor an.'],
  'lab/state-damaged': [
    'Was das Labor über sich weiß, ist beschädigt.',
    'Entfernen Sie den Ordner „lab“ im Heimordner und legen Sie das Labor neu an; Wiederherstellungspunkte sind nicht betroffen.',
  ],
  'lab/exists': ['Das Labor gibt es schon.', 'Verwenden Sie es.'],
  'lab/asset-damaged': ['Ein Ausgangsabbild des Labors ist beschädigt.', 'Holen Sie die Datei erneut vom Projekt.'],
  'internal/bug': ['Hostkeep hat einen Fehler gemacht.', 'Melden Sie ihn mit den Einzelheiten unten.'],
  'overlay/full': [
    'Das Overlay hat seine Grenze erreicht.',
    'Veröffentlichen Sie erneut mit höherer Grenze; alles bisher Geschriebene bleibt.',
  ],
  'overlay/failed': [
    'Das Overlay ließ sich nicht schreiben.',
    'Prüfen Sie den Datenträger, auf dem es liegt, und veröffentlichen Sie erneut; was auf die Platte kam, bleibt.',
  ],
  'overlay/damaged': ['Das Overlay ist beschädigt.', 'Verwerfen Sie es; der Wiederherstellungspunkt ist nicht betroffen.'],
  'overlay/foreign': [
    'Das Overlay gehört zu einem anderen Datenträger oder Wiederherstellungspunkt.',
    'Wählen Sie einen anderen Ordner für das Overlay, oder verwerfen Sie dieses.',
  ],
  'overlay/in-use': [
    'Ein anderer Veröffentlicher benutzt das Overlay.',
    'Beenden Sie erst <publication>, oder veröffentlichen Sie daneben unter einem anderen Namen.',
  ],
  'publish/address-taken': [
    'An dieser Adresse lässt sich nicht lauschen.',
    'Wählen Sie eine andere mit --listen ADRESSE:PORT; Port 0 nimmt irgendeinen freien.',
  ],
  'publish/chap-required': [
    'Wer über diesen Computer hinaus veröffentlicht, muss Namen und Geheimnis verlangen.',
    'Geben Sie einen CHAP-Namen und ein Geheimnis an.',
  ],
  'publish/secret-unfit': [
    'Ein CHAP-Geheimnis muss 12 bis 255 Byte haben; Initiatoren von Windows wollen 12 bis 16.',
    'Wählen Sie ein anderes Geheimnis.',
  ],
  'publish/secrets-equal': [
    'Die Geheimnisse von Initiator und Ziel müssen verschieden sein.',
    'Wählen Sie für das Ziel ein anderes; mit einem gleichen könnte ein Initiator für es antworten.',
  ],
  'publish/not-known': ['Eine Veröffentlichung dieses Namens gibt es nicht.', 'Siehe „hostkeep publish list“.'],
  'publish/secret-gone': [
    'Das Geheimnis, mit dem der Host sich bei den Datenträgern anmeldet, ist nicht mehr bekannt: Dieses System hat keinen Schlüsselspeicher, der es aufbewahrt.',
    'Schalten Sie die VM aus und bringen Sie sie mit „hostkeep recover finalise <recovery>“ an ihren Platz, oder verwerfen Sie sie.',
  ],
  'publish/other-point': [
    'Unter diesem Namen ist ein anderer Wiederherstellungspunkt veröffentlicht, und was darüber geschrieben wurde, ist noch da.',
    'Wählen Sie einen anderen Namen, oder verwerfen Sie <publication>.',
  ],
  'publish/not-stopping': [
    'Der Veröffentlicher sollte enden und hat es nicht getan.',
    'Versuchen Sie es erneut; hängt sein Prozess, beenden Sie ihn. Was auf die Platte kam, bleibt.',
  ],
  'publish/not-running': ['Es wird nicht bereitgestellt.', 'Siehe „hostkeep publish list“.'],
  'publish/of-recovery': [
    'Eine sofort gestartete VM hat es als ihre Datenträger.',
    'Siehe Sofortstarts; <recovery> zu verwerfen verwirft die VM mit dem, was sie geschrieben hat.',
  ],
  'publish/running': ['Es ist noch veröffentlicht.', 'Beenden Sie erst <publication>.'],
  'publish/home-gone': [
    'Der Datenordner des Veröffentlichers ist fort; er hat sich beendet.',
    'Veröffentlichen Sie erneut aus einem Ordner, der bleibt; was außerhalb davon (--overlay) geschrieben wurde, ist noch da.',
  ],
  'nbd/malformed': [
    'Ein Client sandte, was kein NBD ist.',
    'Prüfen Sie, wer sich mit der veröffentlichten Adresse verbindet; seine Verbindung wurde geschlossen.',
  ],
  'iscsi/initiator-gone': [
    'Ein Initiator antwortete zwei Minuten lang nicht; seine Verbindung wurde beendet.',
    'Sehen Sie nach dem Host und seinem Netz; er meldet sich von selbst wieder an, sobald er zurück ist.',
  ],
  'iscsi/malformed': [
    'Ein Initiator sandte, was kein iSCSI ist.',
    'Prüfen Sie, wer sich mit der veröffentlichten Adresse verbindet; seine Verbindung wurde geschlossen.',
  ],
} as const satisfies German;
