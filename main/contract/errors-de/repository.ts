import type { German } from './german.ts';

const check = 'Prüfen Sie das Repository Byte für Byte: Das zeigt, welche Wiederherstellungspunkte betroffen sind.';

/** Repository, Speicher, Aufbewahrung, Schlüsselspeicher. */
export const repositoryGerman = {
  'storage/not-found': ['Eine Datei des Repositorys fehlt.', check],
  'storage/exists': ['Eine Datei dieses Namens gibt es im Repository schon.', 'Starten Sie erneut; Namen werden neu gewählt.'],
  'storage/short-read': ['Eine Datei des Repositorys ist kürzer, als sie sein muss.', check],
  'storage/full': [
    'Der Speicher ist voll.',
    'Vergessen Sie Punkte sofort („hostkeep forget PUNKT --now“) und verdichten Sie, oder schaffen Sie Platz; frühere Punkte sind unversehrt.',
  ],
  'storage/denied': ['Der Speicher verweigert den Zugriff.', 'Prüfen Sie die Rechte des Kontos, das Hostkeep ausführt.'],
  'storage/unreachable': ['Der Speicher ist nicht erreichbar.', 'Prüfen Sie Pfad, Netz und Freigabe.'],
  'storage/replaced': [
    'Der Ordner des Repositorys ist nicht mehr der, der geöffnet wurde: Seine Freigabe oder sein Datenträger ist fort, oder ein anderer liegt dort.',
    'Verbinden Sie Freigabe oder Datenträger wieder und starten Sie erneut; in das, was jetzt dort liegt, wurde nichts geschrieben.',
  ],
  'storage/failed': ['Der Speicher ist gescheitert.', 'Prüfen Sie Datenträger oder Freigabe des Repositorys.'],
  'storage/name-invalid': ['Ein Dateiname im Repository ist nicht erlaubt.', 'Melden Sie das als Fehler.'],
  'repository/catalog-damaged': [
    'Die Dateiliste eines Wiederherstellungspunkts ist beschädigt; der Wiederherstellungspunkt selbst ist es nicht.',
    'Machen Sie sie neu mit `hostkeep catalog <point>`; eine Suche tut das von selbst.',
  ],
  'repository/not-found': [
    'Hier ist kein Repository.',
    'Prüfen Sie den Pfad, das Netz und die Freigabe, oder legen Sie eines an.',
  ],
  'repository/exists': ['Hier ist schon ein Repository.', 'Öffnen Sie es, oder wählen Sie einen leeren Ordner.'],
  'repository/folder-not-empty': ['Der Ordner enthält andere Dateien.', 'Wählen Sie einen leeren Ordner.'],
  'repository/version-unsupported': ['Das Repository stammt von einer neueren Version.', 'Aktualisieren Sie Hostkeep.'],
  'repository/passphrase-needed': [
    'Das Repository ist gesperrt.',
    'Entsperren Sie es mit Passphrase oder Wiederherstellungsschlüssel.',
  ],
  'repository/wrong-passphrase': [
    'Passphrase oder Wiederherstellungsschlüssel öffnet dieses Repository nicht.',
    'Versuchen Sie eine andere Passphrase oder den gedruckten Schlüssel.',
  ],
  'repository/recovery-key-mistyped': [
    'Der Schlüssel enthält einen Tippfehler.',
    'Vergleichen Sie ihn Gruppe für Gruppe mit dem Ausdruck.',
  ],
  'repository/config-damaged': [
    'Die Konfiguration des Repositorys ist beschädigt.',
    'Holen Sie die genannte Datei aus einer Kopie des Repositorys.',
  ],
  'repository/key-damaged': [
    'Eine Schlüsseldatei des Repositorys ist beschädigt.',
    'Nehmen Sie eine andere Schlüsseldatei, oder holen Sie sie aus einer Kopie des Repositorys.',
  ],
  'repository/last-key': [
    'Das ist der letzte Schlüssel des Repositorys: Ohne ihn könnte niemand es mehr öffnen.',
    'Legen Sie zuerst einen anderen an: „hostkeep repo key change-passphrase“ oder „hostkeep repo key add-recovery“.',
  ],
  'repository/locked': [
    'Ein anderer Lauf benutzt das Repository.',
    'Warten Sie auf ihn; ist er auf einem anderen Rechner abgestürzt, entfernen Sie die Sperren (Seite Repositorys oder „hostkeep repo unlock“).',
  ],
  'repository/lock-damaged': [
    'Eine Sperrdatei des Repositorys ist beschädigt.',
    'Entfernen Sie alle Sperren (Seite Repositorys oder „hostkeep repo unlock --all“), wenn sonst nichts das Repository benutzt.',
  ],
  'repository/lock-lost': ['Die Sperre dieses Laufs wurde weggenommen.', 'Starten Sie ihn erneut.'],
  'repository/pack-damaged': ['Ein Pack des Repositorys ist beschädigt.', check],
  'repository/index-damaged': [
    'Der Index des Repositorys ist beschädigt.',
    'Bauen Sie ihn neu auf: Seite Repositorys oder „hostkeep repo check --repair-index“.',
  ],
  'repository/chunk-missing': ['Daten eines Wiederherstellungspunkts fehlen.', check],
  'repository/chunk-damaged': ['Daten eines Wiederherstellungspunkts sind beschädigt.', check],
  'repository/point-damaged': ['Die Beschreibung eines Wiederherstellungspunkts ist beschädigt.', check],
  'repository/map-damaged': ['Die Karte eines Datenträgers im Wiederherstellungspunkt ist beschädigt.', check],
  'repository/unreadable-points': [
    'Ein Wiederherstellungspunkt war nicht lesbar; darum wurde nichts entfernt.',
    'Reparieren Sie den Speicher, oder entfernen Sie den Punkt mit „hostkeep forget PUNKT --now“.',
  ],
  'repository/mark-damaged': [
    'Die Marke eines Wiederherstellungspunkts (verworfen oder angeheftet) ist beschädigt; der Punkt gilt als behalten.',
    'Entfernen Sie die genannte Datei und verwerfen oder heften Sie den Punkt neu.',
  ],
  'repository/reserve-damaged': [
    'Die Platzreserve ist beschädigt.',
    'Entfernen Sie die genannte Datei; die nächste Sicherung legt sie neu an. Kein Wiederherstellungspunkt braucht sie.',
  ],
  'repository/seal-broken': ['Versiegelte Daten wurden geändert oder stammen von einem anderen Schlüssel.', check],
  'retention/clock-went-back': [
    'Ein Wiederherstellungspunkt ist neuer als die Uhr dieses Computers; darum wurde nichts verworfen.',
    'Stellen Sie die Uhr. Stammt der Punkt von einem Rechner mit falscher Uhr, entfernen Sie ihn mit „hostkeep forget PUNKT --now“.',
  ],
  'retention/too-much-at-once': [
    'Die Regel würde einen großen Teil der Punkte einer VM auf einmal verwerfen; darum wurde nichts verworfen.',
    'Sehen Sie mit „hostkeep retention simulate“ nach; ist es gewollt, führen Sie „hostkeep prune --confirm“ aus.',
  ],
  'retention/none': ['Der Auftrag behält jeden Wiederherstellungspunkt.', 'Geben Sie ihm eine Regel: Aufträge, Ändern.'],
  'retention/pinned': [
    'Der Wiederherstellungspunkt ist angeheftet und bleibt.',
    'Geben Sie ihn erst frei („hostkeep pin PUNKT --remove“); die Nadel einer Veröffentlichung geht mit „hostkeep publish discard ID“.',
  ],
  'retention/grace-over': [
    'Der Wiederherstellungspunkt ist endgültig weg.',
    'Eine längere Frist gibt „hostkeep job edit --grace TAGE“; sie hilft beim nächsten Mal.',
  ],
  'secrets/unavailable': [
    'Dieses System hat keinen Schlüsselspeicher, den Hostkeep nutzen kann.',
    'Geben Sie das Kennwort je Befehl mit HOSTKEEP_HOST_PASSWORD, oder einem Auftrag eine Datei mit der Passphrase.',
  ],
  'secrets/missing': [
    'Das Kennwort ist nicht im Schlüsselspeicher dieses Computers.',
    'Geben Sie es erneut: Fügen Sie den Host neu hinzu, oder speichern Sie den Auftrag mit seiner Passphrase.',
  ],
  'secrets/denied': [
    'Der Schlüsselspeicher steht nur Administratoren offen.',
    'Starten Sie Hostkeep mit „Als Administrator ausführen“.',
  ],
  'secrets/unprotected': [
    'Der Ordner konnte nicht für andere Benutzer des Computers verschlossen werden, deshalb wurde nichts hineingelegt.',
    'Als Administrator: icacls "<folder>" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F',
  ],
  'repository/evidence-damaged': [
    'Der Bericht einer Verifizierung ist beschädigt.',
    'Verifizieren Sie den Wiederherstellungspunkt noch einmal mit `hostkeep verify`; er selbst ist davon nicht berührt.',
  ],
} as const satisfies German;
