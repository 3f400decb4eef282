import type { German } from './german.ts';

const load = 'Sehen Sie die Last des Hosts an und starten Sie erneut.';

/** Was ein Host antworten kann. */
export const hostGerman = {
  'host/unreachable': ['Der Host antwortet nicht.', 'Prüfen Sie, ob der Host läuft und erreichbar ist, und starten Sie erneut.'],
  'host/vm-not-found': ['Der Host hat keine solche VM.', 'Lesen Sie die Liste der VMs neu.'],
  'host/vm-busy': [
    'Die VM ist mit Sicherung, Migration oder Zusammenführung beschäftigt.',
    'Starten Sie erneut, wenn die VM ruht.',
  ],
  'host/vm-critical': [
    'Die VM ist in kritischem Zustand: Ihr Host hat sie angehalten.',
    'Schaffen Sie Platz auf dem Volume ihrer Datenträger, oder reparieren Sie ihren Speicher; starten Sie dann erneut.',
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
  'host/checkpoint-gone': [
    'Jemand anderes hat den Prüfpunkt entfernt, während seine Datenträger gelesen wurden: Das Gelesene stammt aus keinem einzelnen Zeitpunkt, und es gibt keinen Wiederherstellungspunkt.',
    'Kein anderes Sicherungsprodukt, keine andere Konsole und kein Skript darf Prüfpunkte dieser VM entfernen; danach die Sicherung erneut starten.',
  ],
  'host/merge-timeout': [
    'Der Host führte den Prüfpunkt nicht rechtzeitig zusammen.',
    'Sehen Sie die Datenträgerkette der VM an; Hostkeep räumt beim nächsten Start auf.',
  ],
  'host/release-failed': [
    'Der Host konnte den Prüfpunkt nicht freigeben.',
    'Hostkeep räumt beim nächsten Start auf; sehen Sie die Datenträgerkette der VM an.',
  ],
  'host/residue': [
    'Etwas von einem früheren Lauf liegt noch auf dem Host.',
    'Prüfen Sie den Host: Nach Läufen dieser Konsole räumt der nächste Lauf auf; was eine andere Konsole hinterließ, entfernt `hostkeep host check --clean`.',
  ],
  'host/ledger-damaged': [
    'Eine Datei, in der Hostkeep notiert, was es auf dem Host offen hat, ist beschädigt.',
    'Sehen Sie mit Get-VMSnapshot nach, ob ein Wiederherstellungsprüfpunkt von Hostkeep übrig ist, entfernen Sie ihn, und löschen Sie dann die Datei <file>.',
  ],
  'host/file-locked': [
    'Ein anderes Programm des Hosts sperrt eine Datei der VM.',
    'Nehmen Sie die Ordner der VMs vom Virenschutz des Hosts aus, und sehen Sie nach, ob ein anderes Sicherungsprodukt arbeitet; starten Sie dann erneut.',
  ],
  'host/disk-read-failed': ['Ein virtueller Datenträger ließ sich nicht lesen.', 'Prüfen Sie den Speicher des Hosts.'],
  'host/powershell-missing': [
    'PowerShell ließ sich nicht starten.',
    'Windows PowerShell 5.1 gehört zu Windows; prüfen Sie, ob powershell.exe im PATH liegt und laufen darf.',
  ],
  'host/scripts-changed': [
    'Die Skripte von Hostkeep sind nicht die installierten; darum lief keines.',
    'Reparieren Sie die Installation, und finden Sie heraus, wer sie geändert hat.',
  ],
  'host/script-failed': [
    'Ein Skript auf dem Host scheiterte auf unbekannte Weise.',
    'Senden Sie uns die Einzelheiten: Sie nennen Skript und Zeile.',
  ],
  'host/timeout': ['Der Host brauchte zu lange; der Vorgang wurde dort beendet.', load],
  'host/access-denied': [
    'Das Konto darf das auf dem Host nicht.',
    'Verwenden Sie ein erhöhtes Konto aus der Gruppe Administratoren des Hosts.',
  ],
  'host/not-elevated': ['Hostkeep läuft ohne Administratorrechte.', 'Starten Sie es mit „Als Administrator ausführen“.'],
  'host/hyper-v-missing': [
    'Das Hyper-V-Modul für PowerShell fehlt auf dem Host.',
    'Auf einem Server: Install-WindowsFeature Hyper-V-PowerShell. Auf einem Client aktivieren Sie „Hyper-V-Modul für Windows PowerShell“.',
  ],
  'host/management-stopped': ['Der Hyper-V-Verwaltungsdienst läuft nicht.', 'Auf dem Host: Start-Service vmms'],
  'host/path-unavailable': [
    'Diesen Weg der Sicherung gibt es auf diesem Host nicht.',
    'Wählen Sie den anderen Weg, oder heben Sie die Konfigurationsversion der VM.',
  ],
  'host/method-refused': [
    'Hyper-V hat die Anfrage abgelehnt.',
    'Schlagen Sie die Nummer in docs/hyper-v.md nach und lesen Sie das Ereignisprotokoll VMMS.',
  ],
  'host/job-failed': [
    'Ein Auftrag von Hyper-V ist gescheitert.',
    'Lesen Sie das Ereignisprotokoll VMMS des Hosts um diese Zeit.',
  ],
  'host/job-vanished': [
    'Ein Auftrag von Hyper-V verschwand, bevor sein Ende zu sehen war.',
    'Der Host oder sein Verwaltungsdienst wurde neu gestartet; Hostkeep räumt beim nächsten Start auf.',
  ],
  'host/job-timeout': ['Ein Auftrag von Hyper-V endete nicht rechtzeitig.', load],
  'host/chain-broken': [
    'Die Kette der differenzierenden Datenträger ist zerrissen.',
    'Löschen Sie nie .avhdx-Dateien von Hand; prüfen Sie jedes Elternabbild mit Get-VHD.',
  ],
  'host/disk-not-protected': [
    'Die VM hat einen Datenträger, den kein Prüfpunkt erfasst.',
    'Durchgereichte, Fibre-Channel- und geteilte Datenträger brauchen eine Sicherung im Gast, oder lassen Sie sie bewusst aus.',
  ],
  'host/vss-busy': [
    'Auf dem Host entsteht gerade eine andere Schattenkopie.',
    'Hostkeep wartet und versucht es erneut; legen Sie die andere Sicherung auf eine andere Zeit.',
  ],
  'host/vss-provider-failed': [
    'Der Anbieter der Schattenkopien auf dem Host ist gescheitert.',
    'Prüfen Sie „vssadmin list providers“ und im Anwendungsprotokoll die VSS-Ereignisse 8193 und 12289.',
  ],
  'host/vss-storage-full': [
    'Auf dem Host ist kein Platz für Schattenkopien.',
    'Vergrößern Sie den Schattenspeicher des Volumes: vssadmin resize shadowstorage',
  ],
  'host/hyper-v-writer-missing': [
    'Der Hyper-V-Writer ist nicht da.',
    'Es gibt ihn nur auf Windows Server, und er braucht den Dienst vmms; verwenden Sie stattdessen Prüfpunkte.',
  ],
  'host/guest-unreachable': [
    'Der Gast ließ sich nicht über PowerShell Direct fragen.',
    'Das braucht einen laufenden Windows-Gast und gültige Anmeldedaten; die Sicherung selbst hängt nicht davon ab.',
  ],
  'host/guest-credentials': [
    'Der Gast nimmt Benutzernamen oder Kennwort nicht an.',
    'Geben Sie sie auf der Seite Schützen (Gastkonto) oder mit „hostkeep vm credential NAME --user USER“ erneut; die Sicherung selbst hängt nicht davon ab.',
  ],
  'host/guest-closed': [
    'Nichts führt in den Gast: Anmeldedaten für ihn sind nicht bekannt, und seine Gastdienste sind aus.',
    'Hinterlegen Sie Anmeldedaten auf der Seite Schützen (Gastkonto) oder mit „hostkeep vm credential NAME --user USER“, oder schalten Sie die Gastdienste der VM ein.',
  ],
  'host/import-failed': [
    'Hyper-V konnte die VM nicht importieren.',
    'Führen Sie auf dem Host Compare-VM mit der Konfigurationsdatei aus; die Unverträglichkeiten sagen, was zu ändern ist.',
  ],
  'host/vm-exists': [
    'Eine VM mit dieser Identität ist schon auf dem Host.',
    'Stellen Sie sie neben der alten wieder her (--new-identity), oder lassen Sie sie deren Platz einnehmen (--replace-vm).',
  ],
  'host/name-taken': ['Eine andere VM auf dem Host heißt so.', 'Wählen Sie einen anderen Namen.'],
  'host/folder-taken': [
    'Den Ordner für die VM gibt es auf dem Host schon.',
    'Wählen Sie einen anderen Ordner oder Namen; Hostkeep schreibt nie in Vorhandenes.',
  ],
  'host/no-space': [
    'Das Volume auf dem Host hat zu wenig freien Platz.',
    'Schaffen Sie Platz, oder wählen Sie ein anderes Volume.',
  ],
  'host/has-checkpoints': [
    'Die VM hat Prüfpunkte; ihr Datenträger kann nicht ersetzt werden.',
    'Entfernen Sie die Prüfpunkte und warten Sie auf die Zusammenführung, oder stellen Sie die ganze VM als neue wieder her.',
  ],
  'host/vm-clustered': [
    'Die VM gehört zu einem Cluster.',
    'Nehmen Sie sie erst aus dem Cluster, oder stellen Sie sie als neue VM wieder her.',
  ],
  'host/grant-failed': [
    'Die VM bekam kein Recht an der Datei ihres Datenträgers.',
    'Auf dem Host: icacls <file> /grant "NT VIRTUAL MACHINE\\<VM-Kennung>":F',
  ],
  'host/restore-gone': [
    'Der Host weiß nichts mehr von dieser Wiederherstellung.',
    'Jemand hat sie aufgeräumt; beginnen Sie von vorn.',
  ],
  'host/disk-not-found': ['Die VM hat keinen solchen Datenträger.', 'Wählen Sie einen, den sie hat.'],
  'host/definition-missing': [
    'Der Wiederherstellungspunkt enthält nicht, woraus die VM gemacht wird.',
    'Stellen Sie die Datenträger wieder her und hängen Sie sie an eine eigene VM.',
  ],
  'host/vm-running': ['Die VM läuft.', 'Fahren Sie sie erst herunter.'],
  'host/exists': ['Ein Host dieses Namens ist schon bekannt.', 'Entfernen Sie ihn erst, oder wählen Sie einen anderen Namen.'],
  'host/not-known': ['Kein Host dieses Namens ist bekannt.', 'Wählen Sie einen von der Seite Hosts.'],
} as const satisfies German;
