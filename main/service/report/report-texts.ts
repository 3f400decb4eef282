/** What the report of a month says, in the languages of those who read it. Names and figures come from outside and are escaped where they are put in. */
import type { DrillVerdict, EvidenceDepth, EvidenceGrade } from '#contract';

export const reportLanguages = ['en', 'de'] as const;
export type ReportLanguage = (typeof reportLanguages)[number];

interface Runs {
  readonly success: number;
  readonly warning: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly missed: number;
}

/** A table's headings; one that begins with `#` is of numbers. */
type Headings<Count extends string> = Readonly<Record<Count, readonly string[]>>;

export interface ReportTexts {
  /** For dates, sizes and numbers. */
  readonly locale: string;
  readonly title: (month: string) => string;
  readonly subject: (month: string) => string;
  readonly sections: Readonly<Record<'protected' | 'verified' | 'restored' | 'space', string>>;
  readonly headings: Headings<'protected' | 'checks' | 'damaged' | 'drills' | 'restores'>;
  readonly well: (says: string) => string;
  readonly wrong: (what: string, says: string) => string;
  readonly good: (vms: number, runs: number, of: number) => string;
  readonly bare: (vms: number) => string;
  readonly missed: (runs: number) => string;
  readonly unsolved: (problems: number) => string;
  readonly checkFailed: string;
  readonly runs: (runs: Runs) => string;
  readonly noHost: string;
  readonly never: string;
  readonly unchecked: string;
  readonly unverified: string;
  readonly verifications: (count: Readonly<Record<EvidenceGrade, number>>) => string;
  readonly grades: Readonly<Record<EvidenceGrade, string>>;
  readonly depths: Readonly<Record<EvidenceDepth, string>>;
  /** What a verification is worth. */
  readonly evidence: string;
  readonly damagedFound: (points: number) => string;
  readonly drillsFailed: (drills: number) => string;
  readonly undrilled: string;
  readonly drilled: Readonly<Record<DrillVerdict | 'none', string>>;
  readonly checkRead: readonly [structure: string, everything: string];
  readonly nothingRestored: string;
  readonly restoreKinds: Readonly<Record<string, string>>;
  readonly ended: Readonly<Record<string, string>>;
  readonly noRepository: string;
  readonly space: (stored: string, points: number, logical: string) => string;
  readonly growth: (grown: string) => string;
  readonly trend: (months: number, last: string) => string;
  readonly mailed: (of: {
    vms: number;
    bare: number;
    checks: number;
    verifications: number;
    drills: number;
    restores: number;
  }) => readonly string[];
}

const one = (count: number, singular: string, plural: string): string => `${count} ${count === 1 ? singular : plural}`;

export const reportTexts: Readonly<Record<ReportLanguage, ReportTexts>> = {
  en: {
    locale: 'en-GB',
    title: (month) => `Backups in ${month}`,
    subject: (month) => `Hostkeep: backups in ${month}`,
    sections: { protected: 'Protected', verified: 'Verified', restored: 'Restored', space: 'Space' },
    headings: {
      protected: ['VM', 'Host', '#Restore points made', 'Newest at the end of the month', 'Last verified'],
      checks: ['When', 'Repository', 'What was read', 'Result'],
      damaged: ['When', 'VM', 'Restore point of', 'Result'],
      drills: ['When', 'VM', '#Guest answered after', 'Result'],
      restores: ['When', 'What', 'Of', 'Result'],
    },
    well: (says) => `All is well: ${says}`,
    wrong: (what, says) => `Needs attention: ${what}. ${says}`,
    good: (vms, runs, of) => `${one(vms, 'VM', 'VMs')} backed up; ${runs} of ${one(of, 'run', 'runs')} succeeded.`,
    bare: (vms) => `${one(vms, 'VM', 'VMs')} without any backup`,
    missed: (runs) => `${one(runs, 'run', 'runs')} missed`,
    unsolved: (problems) => `${one(problems, 'problem', 'problems')} not solved`,
    checkFailed: 'a check of the repository failed',
    runs: ({ success, warning, failed, cancelled, missed }) =>
      `Runs: ${success} succeeded, ${warning} with warnings, ${failed} failed, ${cancelled} cancelled, ${missed} missed.`,
    noHost: 'no longer on a host',
    never: 'never',
    unchecked: 'No repository was checked as a whole in this month.',
    unverified: 'No restore point was verified in this month.',
    verifications: ({ passed, limited, warning, failed }) =>
      `Restore points verified: ${passed} sound, ${limited} sound in what could be looked into, ${warning} readable with work left for the guest, ${failed} damaged.`,
    grades: { passed: 'sound', limited: 'sound, in part', warning: 'readable', failed: 'damaged' },
    depths: { sample: 'a sample', all: 'all of it' },
    evidence:
      'A verification reads a restore point without starting it; a trial start starts it as a VM and takes it away again.',
    damagedFound: (points) => `damage found in ${one(points, 'restore point', 'restore points')}`,
    drillsFailed: (drills) => `${one(drills, 'trial start', 'trial starts')} failed`,
    undrilled: 'No restore point was started for a trial in this month.',
    drilled: { passed: 'started', unclear: 'unclear', failed: 'failed', none: 'broken off' },
    checkRead: ['structure', 'every byte'],
    nothingRestored: 'Nothing had to be restored.',
    restoreKinds: { 'restore-files': 'files', 'restore-disk': 'a disk', 'restore-vm': 'a VM' },
    ended: { success: 'good', warning: 'with warnings', failed: 'failed', cancelled: 'cancelled', interrupted: 'interrupted' },
    noRepository: 'No repository is known.',
    space: (stored, points, logical) => `${stored} for ${one(points, 'restore point', 'restore points')} of ${logical} in all`,
    growth: (grown) => `, ${grown} in the month`,
    trend: (months, last) => `Space at the end of each of ${months} months, last ${last}`,
    mailed: ({ vms, bare, checks, verifications, drills, restores }) => [
      `${one(vms, 'VM', 'VMs')} backed up, ${bare} without any backup.`,
      `${one(checks, 'check', 'checks')} of the repository, ${one(verifications, 'restore point', 'restore points')} verified, ${one(drills, 'trial start', 'trial starts')}, ${one(restores, 'restore', 'restores')}.`,
    ],
  },
  de: {
    locale: 'de-DE',
    title: (month) => `Sicherungen im ${month}`,
    subject: (month) => `Hostkeep: Sicherungen im ${month}`,
    sections: { protected: 'Gesichert', verified: 'Geprüft', restored: 'Wiederhergestellt', space: 'Platz' },
    headings: {
      protected: ['VM', 'Host', '#Neue Wiederherstellungspunkte', 'Neueste am Ende des Monats', 'Zuletzt verifiziert'],
      checks: ['Wann', 'Repository', 'Was gelesen wurde', 'Ergebnis'],
      damaged: ['Wann', 'VM', 'Wiederherstellungspunkt vom', 'Ergebnis'],
      drills: ['Wann', 'VM', '#Gast antwortete nach', 'Ergebnis'],
      restores: ['Wann', 'Was', 'Von', 'Ergebnis'],
    },
    well: (says) => `Alles in Ordnung: ${says}`,
    wrong: (what, says) => `Bitte ansehen: ${what}. ${says}`,
    good: (vms, runs, of) => `${one(vms, 'VM', 'VMs')} gesichert; ${runs} von ${one(of, 'Lauf', 'Läufen')} erfolgreich.`,
    bare: (vms) => `${one(vms, 'VM', 'VMs')} ganz ohne Sicherung`,
    missed: (runs) => `${one(runs, 'Lauf', 'Läufe')} ausgefallen`,
    unsolved: (problems) => `${one(problems, 'Problem', 'Probleme')} nicht gelöst`,
    checkFailed: 'eine Prüfung des Repositorys ist gescheitert',
    runs: ({ success, warning, failed, cancelled, missed }) =>
      `Läufe: ${success} erfolgreich, ${warning} mit Warnungen, ${failed} gescheitert, ${cancelled} abgebrochen, ${missed} ausgefallen.`,
    noHost: 'auf keinem Host mehr',
    never: 'nie',
    unchecked: 'Kein Repository wurde in diesem Monat als Ganzes geprüft.',
    unverified: 'Kein Wiederherstellungspunkt wurde in diesem Monat verifiziert.',
    verifications: ({ passed, limited, warning, failed }) =>
      `Verifizierte Wiederherstellungspunkte: ${passed} in Ordnung, ${limited} in Ordnung, soweit einsehbar, ${warning} lesbar mit Nacharbeit für den Gast, ${failed} beschädigt.`,
    grades: { passed: 'in Ordnung', limited: 'zum Teil einsehbar, in Ordnung', warning: 'lesbar', failed: 'beschädigt' },
    depths: { sample: 'eine Stichprobe', all: 'alles' },
    evidence:
      'Eine Verifizierung liest einen Wiederherstellungspunkt, ohne ihn zu starten; ein Probestart startet ihn als VM und räumt sie wieder weg.',
    damagedFound: (points) => `Schäden in ${one(points, 'Wiederherstellungspunkt', 'Wiederherstellungspunkten')}`,
    drillsFailed: (drills) => `${one(drills, 'Probestart', 'Probestarts')} gescheitert`,
    undrilled: 'Kein Wiederherstellungspunkt wurde in diesem Monat probeweise gestartet.',
    drilled: { passed: 'gestartet', unclear: 'unklar', failed: 'gescheitert', none: 'abgebrochen' },
    checkRead: ['Aufbau', 'jedes Byte'],
    nothingRestored: 'Nichts musste wiederhergestellt werden.',
    restoreKinds: { 'restore-files': 'Dateien', 'restore-disk': 'eine Festplatte', 'restore-vm': 'eine VM' },
    ended: {
      success: 'gut',
      warning: 'mit Warnungen',
      failed: 'gescheitert',
      cancelled: 'abgebrochen',
      interrupted: 'unterbrochen',
    },
    noRepository: 'Kein Repository ist bekannt.',
    space: (stored, points, logical) =>
      `${stored} für ${one(points, 'Wiederherstellungspunkt', 'Wiederherstellungspunkte')} von zusammen ${logical}`,
    growth: (grown) => `, ${grown} in diesem Monat`,
    trend: (months, last) => `Platz am Ende jedes von ${months} Monaten, zuletzt ${last}`,
    mailed: ({ vms, bare, checks, verifications, drills, restores }) => [
      `${one(vms, 'VM', 'VMs')} gesichert, ${bare} ganz ohne Sicherung.`,
      `${one(checks, 'Prüfung', 'Prüfungen')} des Repositorys, ${one(verifications, 'Wiederherstellungspunkt', 'Wiederherstellungspunkte')} verifiziert, ${one(drills, 'Probestart', 'Probestarts')}, ${one(restores, 'Wiederherstellung', 'Wiederherstellungen')}.`,
    ],
  },
};

/** The language of this computer, where the report knows it. */
export function machineLanguage(): ReportLanguage {
  const { locale } = new Intl.DateTimeFormat().resolvedOptions();
  return reportLanguages.find((language) => locale.startsWith(language)) ?? 'en';
}

/** `2026-10` as a person writes it. */
export function monthText(month: string, { locale }: ReportTexts): string {
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${month}-01`));
}
