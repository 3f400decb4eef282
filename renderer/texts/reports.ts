import type { Texts } from './texts.ts';

export const reports = {
  'reports.title': ['Reports', 'Berichte'],
  'reports.lead': [
    'What the owner of the shop is told of a month. It can be printed, saved, and mailed by itself under Settings.',
    'Was der Inhaber über einen Monat erfährt. Zum Drucken, Speichern, oder unter Einstellungen von selbst per E-Mail.',
  ],
  'reports.month': ['Month', 'Monat'],
  'reports.month.so-far': ['{{month}}, so far', '{{month}}, bisher'],
  'reports.print': ['Print', 'Drucken'],
  'reports.save': ['Save as a page', 'Als Seite speichern'],
  'account.title': ['Account of scheduled runs', 'Konto geplanter Läufe'],
  'account.none': [
    'This computer has no Task Scheduler: jobs run in a process of the user who keeps "hostkeep scheduler run" or this console running.',
    'Dieser Computer hat keine Aufgabenplanung: Aufträge laufen im Prozess des Benutzers, der „hostkeep scheduler run“ oder diese Konsole laufen lässt.',
  ],
  'account.lead': [
    'Task Scheduler runs all jobs and drills as this account. SYSTEM needs no password and reaches no other computer by its own name; a share on a NAS may want an account of its own.',
    'Die Aufgabenplanung führt alle Aufträge und Übungen mit diesem Konto aus. SYSTEM braucht kein Kennwort, hat auf anderen Computern aber keinen eigenen Namen; eine Freigabe auf einem NAS verlangt vielleicht ein eigenes Konto.',
  ],
  'account.now': ['Now', 'Jetzt'],
  'account.user': ['Account', 'Konto'],
  'account.user.hint': ['Such as SHOP\\backup or a name of this computer.', 'Etwa SHOP\\backup oder ein Name dieses Computers.'],
  'account.password': ['Its password', 'Sein Kennwort'],
  'account.set': ['Run as this account', 'Mit diesem Konto ausführen'],
  'account.system': ['Run as SYSTEM', 'Als SYSTEM ausführen'],
} as const satisfies Texts;
