/** What checks of hosts, VMs, guests and targets find, in German: what is so, and what to do about it. */
import type { CheckSentenceId } from '#contract';

export const germanChecks: Readonly<Record<CheckSentenceId, readonly [says: string, remedy: string]>> = {
  'elevation-ok': ['Das Konto hat Administratorrechte auf dem Host.', ''],
  'elevation-lacks': [
    'Das Konto hat keine Administratorrechte auf dem Host.',
    'Hostkeep mit „Als Administrator ausführen“ starten.',
  ],
  'module-ok': ['Das Hyper-V-Modul ist da.', ''],
  'module-missing': ['Das PowerShell-Modul für Hyper-V fehlt.', 'Auf einem Server: Install-WindowsFeature Hyper-V-PowerShell'],
  'management-ok': ['Der Hyper-V-Verwaltungsdienst läuft.', ''],
  'management-stopped': ['Der Hyper-V-Verwaltungsdienst läuft nicht.', 'Auf dem Host: Start-Service vmms'],
  'roles-ok': ['{{system}} ({{version}}): {{parts}}.', ''],
  'roles-domain-controller': [
    '{{system}} ({{version}}): {{parts}}. Ein Domänencontroller sollte kein Hyper-V-Host sein.',
    'Das Verzeichnis in eine VM verlegen: Eine Wiederherstellung dieses Hosts würde es sonst zurückdrehen.',
  ],
  'role-vmms': ['Hyper-V-Host', ''],
  'role-clussvc': ['Knoten eines Clusters', ''],
  'role-ntds': ['Domänencontroller', ''],
  'tracking-ok': ['Prüfpunkte mit Änderungsverfolgung gehen hier.', ''],
  'tracking-client': ['Dieses System hat weder Änderungsverfolgung noch den Hyper-V-Writer.', 'Windows aktualisieren.'],
  'tracking-none': [
    'Hier gibt es keine Änderungsverfolgung: Jede Sicherung liest alles, über das VSS des Hosts.',
    'Auf Windows Server 2016 oder neuer aktualisieren.',
  ],
  'backup-type-untold': [
    'Diesem Host lässt sich nicht sagen, ob eine Sicherung voll oder eine Kopie ist: Gäste kürzen ihre Protokolle vielleicht nach jeder.',
    'Sich hier nicht auf --copy verlassen; Windows Server 2019 und neuer lässt es sich sagen.',
  ],
  'writer-stable': ['Der Hyper-V-Writer ist stabil.', ''],
  'writer-not-listed': ['Der Hyper-V-Writer wird nicht aufgeführt.', 'Auf dem Host, wenn es ruhig ist: Restart-Service vmms'],
  'writer-state': [
    'Der Hyper-V-Writer ist im Zustand {{state}}.',
    'Abwarten, bis eine laufende Sicherung endet, oder den Dienst vmms neu starten, wenn es ruhig ist.',
  ],
  'checkpoint-events-none': ['In den letzten Tagen ist kein Prüfpunkt und kein Zusammenführen gescheitert.', ''],
  'checkpoint-events': [
    'In den letzten Tagen sind {{count}} Prüfpunkte oder Zusammenführungen gescheitert (Ereignisse {{events}}).',
    'Microsoft-Windows-Hyper-V-VMMS-Admin lesen.',
  ],
  'vss-events': [
    'VSS hat in den letzten Tagen {{count}} Fehler protokolliert (Ereignisse {{events}}).',
    'Auf dem Host: vssadmin list writers; danach die Dienste EventSystem und VSS neu starten, wenn es ruhig ist.',
  ],
  'tracking-events': [
    'Der Host hat eine beschädigte Änderungsverfolgung gemeldet.',
    'Die nächste Sicherung liest den genannten Datenträger von selbst ganz.',
  ],
  'shadow-scope-one': [
    'Eine VM wird über das VSS des Hosts gesichert: Das hält jede VM auf denselben Volumes kurz an, und nach einer vollen Sicherung kürzen auch deren Gäste ihre Protokolle.',
    'Alle VMs dieser Volumes mit einem Auftrag sichern oder --copy verwenden.',
  ],
  'shadow-scope': [
    '{{vms}} VMs werden über das VSS des Hosts gesichert: Das hält jede VM auf denselben Volumes kurz an, und nach einer vollen Sicherung kürzen auch deren Gäste ihre Protokolle.',
    'Alle VMs dieser Volumes mit einem Auftrag sichern oder --copy verwenden.',
  ],
  'path-asked': [
    'Der Host wurde mit --path {{path}} hinzugefügt, und das geht bei dieser VM nicht (Konfigurationsversion {{version}}).',
    'Den Host aus Hostkeep entfernen und mit --path auto neu hinzufügen.',
  ],
  'path-none': [
    'Keiner der Sicherungswege geht (Konfigurationsversion {{version}}).',
    'Die VM mit Update-VMVersion aktualisieren (nicht umkehrbar).',
  ],
  'path-untracked': [
    'Konfigurationsversion {{version}} hat keine Änderungsverfolgung.',
    'Die VM mit Update-VMVersion aktualisieren (nicht umkehrbar).',
  ],
  'path-checkpoint': ['Prüfpunkt mit Änderungsverfolgung.', ''],
  'path-shadow': ['VSS des Hosts.', ''],
  'state-critical': [
    'Die VM ist im Zustand {{state}}.',
    'Auf dem Volume ihrer Datenträger Platz schaffen oder ihren Speicher reparieren.',
  ],
  'state-busy': ['Die VM ist beschäftigt ({{status}}).', 'Eine Sicherung beginnt, sobald sie frei ist.'],
  'state-ok': ['Zustand der VM: {{state}}.', ''],
  'integration-linux': ['Der VSS-Dienst des Gasts antwortet; die Konsistenz ist die seiner Dateisysteme.', ''],
  'integration-windows': ['Der Sicherungsdienst des Gasts antwortet.', ''],
  'integration-linux-silent': [
    'Der Sicherungsdienst des Gasts antwortet nicht: nur absturzkonsistente Sicherungen.',
    'Im Gast hyperv-daemons (linux-cloud-tools) installieren und hv_vss_daemon starten.',
  ],
  'integration-silent': [
    'Der Sicherungsdienst des Gasts antwortet nicht: nur absturzkonsistente Sicherungen.',
    'Den Integrationsdienst „Sicherung“ der VM einschalten; im Gast: Restart-Service vmicvss',
  ],
  'guest-unknown': [
    'Der Gast nennt sein System nicht.',
    'Den Integrationsdienst „Austausch von Schlüssel-Wert-Paaren“ einschalten.',
  ],
  'directory-ok': ['Ein Domänencontroller, der anwendungskonsistent gesichert wird.', ''],
  'directory-crash': [
    'Ein Domänencontroller, der sich nur absturzkonsistent sichern ließe: Daraus darf er nicht wiederhergestellt werden.',
    'Den Integrationsdienst „Sicherung“ der VM einschalten oder sie mit --consistency require sichern.',
  ],
  'heartbeat-silent': [
    'Der Gast antwortet dem Host nicht (Takt {{heartbeat}}).',
    'Nachsehen, ob der Gast gestartet ist; darin vmicheartbeat neu starten.',
  ],
  'disks-left-over': [
    '{{count}} Datenträger liegen über anderen (.avhdx), und kein Prüfpunkt erklärt es.',
    'Die VM herunterfahren: Das beginnt das Zusammenführen. Niemals .avhdx-Dateien von Hand löschen.',
  ],
  'disk-on-share': [
    'Ein Datenträger liegt auf einer SMB-Freigabe: Das VSS des Hosts erfasst ihn nicht.',
    'Prüfpunkte mit Änderungsverfolgung gehen; das Computerkonto des Hosts braucht Vollzugriff auf die Freigabe.',
  ],
  'disk-on-cluster-volume': [
    'Ein Datenträger liegt auf einem freigegebenen Clustervolume.',
    'Jeden Knoten als Host hinzufügen: Die VM wird auf dem Knoten gesichert, auf dem sie läuft.',
  ],
  'name-taken': [
    'Eine andere VM hat denselben Namen.',
    'Hostkeep hält sie an der ID auseinander; zum eigenen Auseinanderhalten eine umbenennen.',
  ],
  'recovery-checkpoint': [
    'Ein Wiederherstellungsprüfpunkt irgendeiner Sicherung ist da.',
    'Wenn keine Sicherung läuft und er nicht von Hostkeep ist (solche stehen unter dem, was zurückblieb): Get-VM -Id {{vm}} | Get-VMSnapshot -SnapshotType Recovery | Remove-VMSnapshot',
  ],
  'recovery-checkpoints': [
    '{{count}} Wiederherstellungsprüfpunkte irgendeiner Sicherung sind da.',
    'Wenn keine Sicherung läuft und sie nicht von Hostkeep sind (solche stehen unter dem, was zurückblieb): Get-VM -Id {{vm}} | Get-VMSnapshot -SnapshotType Recovery | Remove-VMSnapshot',
  ],
  'checkpoints-own': ['Die VM hat {{count}} eigene Prüfpunkte.', 'Die entfernen, die niemand braucht.'],
  'checkpoints-none': ['Kein Prüfpunkt liegt über den Datenträgern.', ''],
  'disk-broken': [
    'Ein Datenträger lässt sich nicht öffnen: {{path}}',
    'Die Kette mit Get-VHD prüfen; niemals .avhdx-Dateien von Hand löschen.',
  ],
  'chain-long': ['Eine Kette von {{count}} Datenträgern.', 'Prüfpunkte entfernen; das Zusammenführen wird lange dauern.'],
  'disks-not-covered': [
    '{{count}} durchgereichte oder gemeinsame Datenträger sind nicht in der Sicherung.',
    'Sie im Gast sichern.',
  ],
  'disk-format': ['Format des Datenträgers ist {{format}}: {{path}}', 'Mit Convert-VHD in VHDX umwandeln.'],
  'space-low': [
    'Auf {{volume}} ist weniger als ein Zehntel frei.',
    'Ein Prüfpunkt wächst, während die Sicherung läuft: etwas Platz schaffen.',
  ],
  'replication-state': [
    'Die Replikation ist im Zustand {{state}}.',
    'Abwarten, bis sie vorbei ist, oder die Primärseite sichern.',
  ],
  clustered: ['Die VM gehört zu einem Cluster.', 'Jeden Knoten als Host hinzufügen: Hostkeep sichert sie, wo sie läuft.'],
  'share-ok': ['Ihre Datenträger sind über die Freigaben des Hosts erreichbar.', ''],
  'writers-none': [
    'Der Gast führt keine VSS-Writer auf.',
    'Im Gast die Dienste EventSystem und VSS neu starten, danach: vssadmin list writers',
  ],
  'writers-failed': [
    'Writer des Gasts sind gescheitert: {{writers}}.',
    'Das Anwendungsprotokoll des Gasts ansehen und den Dienst hinter dem Writer neu starten.',
  ],
  'writers-ok': ['{{count}} Writer des Gasts, keiner gescheitert.', ''],
  'truncation-other': [
    'Ein anderes Produkt kürzt die Protokolle dieses Gasts: {{parts}}.',
    'Diese VM mit --copy sichern oder das andere Produkt anhalten: Zwei davon zerreißen einander die Kette der Protokolle.',
  ],
  'truncates-log': ['Protokollsicherungen von {{database}} ({{instance}}) durch {{by}}', ''],
  'truncates-log-on': ['Protokollsicherungen von {{database}} ({{instance}}) durch {{by}}, zuletzt am {{day}}', ''],
  'truncates-full': ['volle Sicherungen von {{database}} ({{instance}}) durch {{by}}', ''],
  'truncates-full-on': ['volle Sicherungen von {{database}} ({{instance}}) durch {{by}}, zuletzt am {{day}}', ''],
  'truncates-mailbox': ['Sicherungen der Postfachdatenbank {{database}}, zuletzt am {{day}}', ''],
  'truncation-alone': ['Niemand sonst kürzt die Protokolle dieses Gasts.', ''],
  'sql-stopped': ['{{instance}} läuft nicht: Sein Writer überspringt es.', 'Im Gast: Start-Service \u0027{{instance}}\u0027'],
  'sql-unreadable': [
    'Der Verlauf von {{instance}} ließ sich nicht lesen (Fehler {{error}}).',
    'Dem Konto des Gasts das Recht geben, msdb zu lesen; die Sicherung selbst hängt nicht davon ab.',
  ],
  'sql-ok': ['{{instance}}: {{count}} Datenbanken, kein Protokoll wartet auf eine Sicherung.', ''],
  'sql-logs-wait': [
    '{{instance}}: Die Protokolle von {{databases}} warten auf eine Protokollsicherung; eine Sicherung der VM verkürzt sie nicht.',
    'Diese Protokolle mit SQL Server sichern oder die Datenbanken auf das einfache Wiederherstellungsmodell stellen.',
  ],
  'exchange-unreadable': [
    'Exchange ist da, aber sein Sicherungsverlauf ließ sich nicht lesen.',
    'Dem Konto des Gasts die Rolle „View-Only Organization Management“ geben.',
  ],
  'exchange-ok': ['Exchange erinnert sich an eine volle Sicherung jeder von {{count}} Datenbanken.', ''],
  'exchange-never': [
    'Exchange erinnert sich an keine volle Sicherung von {{databases}}: Die Protokolle wachsen.',
    'Diese VM voll sichern (ohne --copy).',
  ],
  'target-untold': ['Der Speicher des Repositorys sagt nicht, wie viel frei ist.', ''],
  'target-room': ['Im Repository sind {{free}} frei; dieser Lauf braucht vielleicht {{wanted}}.', ''],
  'target-low': [
    'Im Repository sind {{free}} frei; dieser Lauf braucht vielleicht {{wanted}}.',
    'Platz schaffen oder weniger Wiederherstellungspunkte behalten und „hostkeep compact“ ausführen.',
  ],
  'repository-ok': ['Das Repository lässt sich öffnen und beschreiben.', ''],
  'vm-gone': ['Der Host hat keine solche VM.', 'Sie aus dem Auftrag nehmen oder zurückbringen.'],
  'lab-services': ['Der Integrationsdienst „Sicherung“ ist eingeschaltet, und sein Dienst im Gast läuft.', ''],
  'lab-daemon': ['Der VSS-Dienst des Gasts antwortet; die Konsistenz ist die seiner Dateisysteme.', ''],
  'lab-checkpoint': [
    'Ein Prüfpunkt liegt über den Datenträgern.',
    '„hostkeep host check --clean“ ausführen, wenn kein Lauf mehr läuft.',
  ],
};
