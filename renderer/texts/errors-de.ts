import type { ErrorCode } from '#contract';

/** German sentences of errors, with what to do. An error that is missing here is told in the catalogue's English. */
export const germanErrors: Partial<Record<ErrorCode, readonly [says: string, remedy: string]>> = {
  'host/unreachable': ['Der Host antwortet nicht.', 'Prüfen Sie, ob der Host läuft und erreichbar ist, und starten Sie erneut.'],
  'host/vm-not-found': ['Der Host hat keine solche VM.', 'Lesen Sie die Liste der VMs neu.'],
  'host/vm-busy': [
    'Die VM ist mit Sicherung, Migration oder Zusammenführung beschäftigt.',
    'Starten Sie erneut, wenn die VM ruht.',
  ],
  'host/vss-writer-retryable': [
    'Ein Writer im Gast wurde nicht rechtzeitig bereit.',
    'Starten Sie erneut; scheitert es weiter, starten Sie den Dienst hinter dem Writer neu.',
  ],
  'host/vss-writer-failed': [
    'Ein Writer im Gast ist gescheitert.',
    'Sehen Sie in das Anwendungsprotokoll des Gasts und starten Sie den Dienst hinter dem Writer neu.',
  ],
  'host/consistency-not-reached': [
    'Der Gast erreichte die verlangte Konsistenz nicht.',
    'Reparieren Sie den Gast, oder erlauben Sie für diesen Lauf weniger Konsistenz.',
  ],
  'host/checkpoint-failed': [
    'Der Host konnte den Prüfpunkt nicht anlegen.',
    'Prüfen Sie freien Platz und Ereignisprotokoll des Hosts.',
  ],
  'host/merge-timeout': [
    'Der Host führte den Prüfpunkt nicht rechtzeitig zusammen.',
    'Sehen Sie die Datenträgerkette der VM an; Hostkeep räumt beim nächsten Start auf.',
  ],
  'host/residue': [
    'Etwas von einem früheren Lauf liegt noch auf dem Host.',
    'Prüfen Sie den Host; Hostkeep räumt beim nächsten Start auf.',
  ],
  'repository/not-found': [
    'Hier ist kein Repository.',
    'Prüfen Sie den Pfad, das Netz und die Freigabe, oder legen Sie eines an.',
  ],
  'repository/wrong-passphrase': [
    'Passphrase oder Wiederherstellungsschlüssel öffnet dieses Repository nicht.',
    'Versuchen Sie eine andere Passphrase oder den gedruckten Schlüssel.',
  ],
  'repository/passphrase-needed': [
    'Das Repository ist gesperrt.',
    'Entsperren Sie es mit Passphrase oder Wiederherstellungsschlüssel.',
  ],
  'repository/recovery-key-mistyped': [
    'Der Schlüssel enthält einen Tippfehler.',
    'Vergleichen Sie ihn Gruppe für Gruppe mit dem Ausdruck.',
  ],
  'repository/exists': ['Hier ist schon ein Repository.', 'Öffnen Sie es, oder wählen Sie einen leeren Ordner.'],
  'repository/folder-not-empty': ['Der Ordner enthält andere Dateien.', 'Wählen Sie einen leeren Ordner.'],
  'repository/locked': ['Ein anderer Lauf benutzt das Repository.', 'Warten Sie auf ihn.'],
  'repository/chunk-missing': ['Daten eines Wiederherstellungspunkts fehlen.', 'Prüfen Sie das Repository.'],
  'repository/chunk-damaged': ['Daten eines Wiederherstellungspunkts sind beschädigt.', 'Prüfen Sie das Repository.'],
  'storage/full': [
    'Der Speicher ist voll.',
    'Vergessen Sie Punkte und verdichten Sie, oder schaffen Sie Platz; frühere Punkte sind unversehrt.',
  ],
  'storage/denied': ['Der Speicher verweigert den Zugriff.', 'Prüfen Sie die Rechte des Kontos, das Hostkeep ausführt.'],
  'storage/unreachable': ['Der Speicher ist nicht erreichbar.', 'Prüfen Sie Pfad, Netz und Freigabe.'],
  'storage/failed': ['Der Speicher ist gescheitert.', 'Prüfen Sie Datenträger oder Freigabe des Repositorys.'],
  'run/interrupted': ['Der Lauf endete ohne Ergebnis.', 'Starten Sie ihn erneut; was er zurückließ, wird aufgeräumt.'],
  'run/not-started': ['Der Lauf ließ sich nicht starten.', 'Sehen Sie in seine Protokolldatei im Ordner „logs“.'],
  'recovery/path-not-found': ['Den Pfad gibt es im Wiederherstellungspunkt nicht.', 'Gehen Sie einen Ordner höher.'],
  'recovery/target-full': ['Das Ziel hat keinen Platz mehr.', 'Schaffen Sie Platz, oder wählen Sie ein anderes Ziel.'],
  'input/target-exists': ['Das Ziel gibt es schon.', 'Wählen Sie ein anderes Ziel, oder entfernen Sie es.'],
  'input/cancelled': ['Der Vorgang wurde abgebrochen.', 'Starten Sie erneut, wenn Sie so weit sind.'],
  'input/invalid': ['Die Anfrage ist nicht gültig.', 'Berichtigen Sie den genannten Wert.'],
  'input/not-found': ['Nichts mit diesem Namen ist vorhanden.', 'Wählen Sie etwas Vorhandenes.'],
  'input/refused': [
    'Die Anfrage kam nicht von dieser Konsole.',
    'Öffnen Sie die Adresse, die „hostkeep serve“ ausgab; sie wechselt bei jedem Start.',
  ],
  'secrets/missing': ['Das Kennwort des Hosts ist nicht im Schlüsselspeicher.', 'Fügen Sie den Host erneut hinzu.'],
  'lab/not-created': ['Das Labor gibt es noch nicht.', 'Legen Sie es an.'],
  'lab/exists': ['Das Labor gibt es schon.', 'Verwenden Sie es.'],
};
