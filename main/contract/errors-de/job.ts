import type { German } from './german.ts';

/** Aufträge, Zeitplan, Benachrichtigungen. */
export const jobGerman = {
  'schedule/exists': ['Ein Auftrag dieser Kennung ist schon geplant.', 'Ändern Sie den Auftrag, statt ihn erneut hinzuzufügen.'],
  'schedule/not-found': ['Der Auftrag ist nicht geplant.', 'Speichern Sie ihn erneut: Das trägt ihn neu ein.'],
  'schedule/running': ['Der Auftrag läuft schon.', 'Warten Sie auf sein Ende, oder brechen Sie ihn ab.'],
  'schedule/account-refused': [
    'Die Aufgabenplanung nimmt das Konto oder sein Kennwort nicht an.',
    'Geben Sie das Kennwort erneut; schreiben Sie den Benutzer als DOMÄNE\\Name oder HOST\\Name. Das Konto braucht das Recht „Anmelden als Stapelverarbeitungsauftrag“, das Administratoren haben.',
  ],
  'schedule/no-answer': [
    'Die Aufgabe des Auftrags wurde gestartet und hat nichts gesagt.',
    'Sehen Sie die Aufgabe in der Aufgabenplanung an, Ordner \\Hostkeep: Ihrem Konto fehlen vielleicht Rechte am Heimordner oder das Recht „Anmelden als Stapelverarbeitungsauftrag“.',
  ],
  'schedule/no-tasks': [
    'Dieser Computer hat keine Aufgabenplanung.',
    'Aufträge startet hier „hostkeep scheduler run“, als dessen Benutzer: Führen Sie es als das Konto aus, das schreiben soll.',
  ],
  'schedule/denied': [
    'Das Konto darf geplante Aufgaben nicht ändern.',
    'Starten Sie Hostkeep mit „Als Administrator ausführen“; das Konto einer Aufgabe braucht das Recht „Anmelden als Stapelverarbeitungsauftrag“.',
  ],
  'job/exists': [
    'Einen Auftrag dieses Namens gibt es schon.',
    'Wählen Sie einen anderen Namen, oder ändern Sie den vorhandenen.',
  ],
  'job/selects-nothing': [
    'Der Auftrag wählt keine VM.',
    'Ändern Sie, was er wählt oder ausnimmt, oder geben Sie VMs das Tag, nach dem er fragt.',
  ],
  'job/vm-gone': [
    'VMs des Auftrags sind nicht auf dem Host.',
    'Nehmen Sie sie aus dem Auftrag, oder sehen Sie nach, wohin sie kamen.',
  ],
  'job/waited-too-long': [
    'Der Lauf kam nie an die Reihe: Ein anderer hielt seine VM oder sein Repository.',
    'Sehen Sie auf der Seite Läufe nach, was läuft, und legen Sie einen der Aufträge auf eine andere Zeit.',
  ],
  'job/passphrase-unknown': [
    'Die Passphrase für das Repository des Auftrags ist nicht im Schlüsselspeicher.',
    'Speichern Sie den Auftrag (oder die Übung) <job> erneut, oder nennen Sie eine Datei mit der Passphrase.',
  ],
  'job/missed': ['Ein Lauf begann nicht, als er sollte.', 'Sorgen Sie dafür, dass Rechner und Zeitplaner zu dieser Zeit laufen.'],
  'notify/mail-refused': [
    'Der Mailserver hat die Mail abgelehnt.',
    'Prüfen Sie Benutzer, App-Kennwort, Absender und Empfänger; senden Sie dann einen Test.',
  ],
  'notify/mail-unreachable': [
    'Der Mailserver ist nicht erreichbar, oder seinem Zertifikat wird nicht vertraut.',
    'Prüfen Sie Server, Port und Sicherheit; einen Tag lang wird es erneut versucht.',
  ],
  'notify/webhook-refused': ['Der Webhook hat die Nachricht abgelehnt.', 'Prüfen Sie seine Adresse und was er erwartet.'],
  'notify/webhook-unreachable': ['Der Webhook ist nicht erreichbar.', 'Einen Tag lang wird es erneut versucht.'],
  'notify/event-log-refused': [
    'Das Windows-Ereignisprotokoll nahm die Nachricht nicht an.',
    'Senden Sie einmal als Administrator einen Test: Das legt die Quelle Hostkeep an. Einen Tag lang wird es erneut versucht.',
  ],
  'notify/no-target': ['Es gibt kein Ziel für die Nachricht.', 'Richten Sie es auf der Seite Einstellungen ein.'],
  'notify/no-secret': [
    'Kennwort oder Schlüssel für Nachrichten ist nicht im Schlüsselspeicher.',
    'Hinterlegen Sie es auf der Seite Einstellungen, oder nennen Sie dort eine Datei.',
  ],
} as const satisfies German;
