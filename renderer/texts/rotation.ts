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
  'rotation.sums': ['How far it has come', 'Wie weit es ist'],
  'rotation.sums.verified': ['Verified', 'Verifiziert'],
  'rotation.sums.of': ['{{verified}} of {{points}}', '{{verified}} von {{points}}'],
  'rotation.sums.damaged': ['Damaged', 'Beschädigt'],
  'rotation.sums.oldest': ['Longest ago', 'Am längsten her'],
  'rotation.sums.never': ['some never were', 'manche noch nie'],
  'rotation.next': ['Verify the next', 'Die nächsten verifizieren'],
  'rotation.next.lead': [
    'First the newest of each VM that nobody has verified, then the others that nobody has, then those that were verified the longest ago.',
    'Zuerst die neuesten jeder VM, die niemand verifiziert hat, dann die anderen, die niemand hat, dann die, bei denen es am längsten her ist.',
  ],
  'rotation.next.count': ['How many', 'Wie viele'],
  'rotation.next.do': ['Verify them now', 'Jetzt verifizieren'],
  'rotation.test': ['Test restore', 'Test-Wiederherstellung'],
  'rotation.test.lead': [
    'Reads the newest restore point of every VM as a restore would: disks, volumes, boot files, hives, databases, a sample of the files. Nothing is written and no VM is started; for that there are drills.',
    'Liest den neuesten Wiederherstellungspunkt jeder VM, wie es eine Wiederherstellung täte: Datenträger, Volumes, Startdateien, Hives, Datenbanken, eine Stichprobe der Dateien. Nichts wird geschrieben und keine VM gestartet; dafür gibt es Übungen.',
  ],
  'rotation.test.do': ['Test them now', 'Jetzt testen'],
  'series.label': ['Restore points that were looked at', 'Wiederherstellungspunkte, die angesehen wurden'],
  'series.unseen': ['Could not be looked at', 'Ließ sich nicht ansehen'],
  'series.files': ['{{count}} files read', '{{count}} Dateien gelesen'],
  'deed.repository.verify': ['Started a verification of restore points', 'Verifizierung von Wiederherstellungspunkten begonnen'],
} as const satisfies Texts;
