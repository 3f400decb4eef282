import type { Texts } from './texts.ts';

/** Verification of a whole repository in turns. */
export const rotation = {
  'rotation.open': ['Verification', 'Verifizierung'],
  'rotation.title': ['Verification', 'Verifizierung'],
  'rotation.of': ['Verification of {{name}}', 'Verifizierung von {{name}}'],
  'rotation.lead': [
    'Which restore points were verified when, and which come next.',
    'Welche Wiederherstellungspunkte wann verifiziert wurden, und welche als nächste drankommen.',
  ],
  'rotation.empty': ['No restore points yet', 'Noch keine Wiederherstellungspunkte'],
  'rotation.empty.lead': ['There is nothing to verify.', 'Es gibt nichts zu verifizieren.'],
  'rotation.order': ['In the order of verification', 'In der Reihenfolge der Verifizierung'],
  'rotation.place': ['Turn', 'Folge'],
  'rotation.verified': ['Newest report', 'Letzter Bericht'],
  'rotation.when': ['Verified', 'Verifiziert'],
  'rotation.cut': ['The first {{shown}} of {{points}} are shown.', 'Gezeigt sind die ersten {{shown}} von {{points}}.'],
  'rotation.sums': [
    '{{verified}} of {{points}} verified, {{damaged}} of them damaged.',
    '{{verified}} von {{points}} verifiziert, {{damaged}} davon beschädigt.',
  ],
  'rotation.sums.oldest': ['The longest ago: {{time}} ({{ago}}).', 'Am längsten her: {{time}} ({{ago}}).'],
  'rotation.next': ['Verify the next', 'Die nächsten verifizieren'],
  'rotation.next.lead': [
    'First the newest of each VM that nobody has verified, then others that nobody has, then the longest ago.',
    'Erst die neuesten ohne Verifizierung, dann die übrigen ohne, dann die am längsten zurückliegenden.',
  ],
  'rotation.next.count': ['How many', 'Wie viele'],
  'rotation.next.do': ['Verify them now', 'Jetzt verifizieren'],
  'rotation.test': ['Test restore', 'Test-Wiederherstellung'],
  'rotation.test.lead': [
    'Reads the newest restore point of every VM as a restore would: volumes, boot files, databases, a sample of the files. Nothing is written, no VM is started: that is for drills.',
    'Liest den neuesten Wiederherstellungspunkt jeder VM wie beim Wiederherstellen: Volumes, Startdateien, Datenbanken, eine Stichprobe der Dateien. Nichts wird geschrieben, keine VM gestartet: Dafür gibt es Übungen.',
  ],
  'rotation.test.do': ['Test them now', 'Jetzt testen'],
  'series.label': ['Restore points that were looked at', 'Wiederherstellungspunkte, die angesehen wurden'],
  'series.unseen': ['Could not be looked at', 'Ließ sich nicht ansehen'],
  'series.files': ['{{count}} files read', '{{count}} Dateien gelesen'],
  'deed.repository.verify': ['Started a verification of restore points', 'Verifizierung von Wiederherstellungspunkten begonnen'],
} as const satisfies Texts;
