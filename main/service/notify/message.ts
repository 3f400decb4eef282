/** What notices say: plain text for people, a flat object for programs. */
import { evidenceGrades, type Alert, type EvidenceGrade, type Job, type MonthlyReport, type StatusReport } from '#contract';
import { monthText, reportTexts, type ReportLanguage } from '../report/report-texts.ts';
import type { JobOutcome } from '../jobs/run-job.ts';

export type NoticeLevel = 'information' | 'warning' | 'error';

export interface Notice {
  readonly level: NoticeLevel;
  readonly subject: string;
  readonly text: string;
  /** The same as a page, for mail; left out where the text is all. */
  readonly html?: string;
  /** What a webhook gets. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The end of a job's run. */
export function runNotice(job: Job, outcome: JobOutcome, raised: readonly Alert[]): Notice {
  const { result, vms, points, readBytes, newBytes, recovered, runs, error } = outcome;
  const lines = vms.map((vm) => {
    const why = vm.error === null ? vm.warnings.join('; ') : `${vm.error.message} ${vm.error.code}`;
    return `${vm.vm}: ${vm.result}${recovered.includes(vm.vm) ? ' (by a retry)' : ''}${why === '' ? '' : `: ${why}`}`;
  });
  const text = [
    ...(error === null ? [] : [`${error.message}\n${error.remedy}`]),
    ...lines,
    '',
    `${points.length} restore points, read ${megabytes(readBytes)}, stored ${megabytes(newBytes)} new. Run ${runs.at(-1) ?? '-'}.`,
  ].join('\n');
  return {
    level: result === 'failed' ? 'error' : result === 'warning' ? 'warning' : 'information',
    subject: `Hostkeep: ${job.name}: ${result}`,
    text,
    data: {
      event: 'run-ended',
      job: { id: job.id, name: job.name },
      result,
      run: runs.at(-1) ?? null,
      vms: vms.map(({ vm, result, point, consistency, error }) => ({
        vm,
        result,
        point,
        consistency,
        error: error?.code ?? null,
      })),
      points,
      readBytes,
      newBytes,
      error: error?.code ?? null,
      alerts: raised.map((alert) => alert.text),
    },
  };
}

/** Alerts that no run of a job tells of: missed runs, mostly. */
export function alertNotice(alerts: readonly Alert[]): Notice {
  return {
    level: 'error',
    subject: `Hostkeep: ${alerts[0]?.text ?? 'alert'}`.slice(0, 180),
    text: alerts.map((alert) => alert.text).join('\n'),
    data: { event: 'alert', alerts: alerts.map(({ kind, severity, subject, text }) => ({ kind, severity, subject, text })) },
  };
}

export interface Day {
  readonly runs: readonly { readonly kind: string; readonly state: string; readonly newBytes: number }[];
  readonly verifications: readonly { readonly grade: EvidenceGrade; readonly vm: string }[];
}

/** The day in one mail: what ran, what was verified, what is open. */
export function digestNotice(report: StatusReport, { runs, verifications }: Day): Notice {
  const backups = runs.filter((run) => run.kind === 'backup');
  const drills = runs.filter((run) => run.kind === 'drill');
  const count = (state: string, of = backups): number => of.filter((run) => run.state === state).length;
  const grades = evidenceGrades.map((grade) => `${verifications.filter((one) => one.grade === grade).length} ${grade}`);
  const never = report.verification.filter((vm) => vm.verified === null).length;
  const stored = backups.reduce((sum, run) => sum + run.newBytes, 0);
  return {
    level: report.level === 'ok' ? 'information' : report.level === 'warning' ? 'warning' : 'error',
    subject: `Hostkeep: ${report.level === 'ok' ? 'all is well' : report.level}`,
    text: [
      report.summary,
      '',
      `Runs of the last day: ${count('success')} succeeded, ${count('warning')} with warnings, ${count('failed')} failed; ${megabytes(stored)} stored.`,
      ...(verifications.length === 0 ? [] : [`Restore points verified in the last day: ${grades.join(', ')}.`]),
      ...(drills.length === 0
        ? []
        : [
            `Drills of the last day: ${count('success', drills)} passed, ${count('warning', drills)} unclear, ${count('failed', drills)} failed.`,
          ]),
      ...(never === 0 ? [] : [`VMs of which no restore point was ever verified: ${never} of ${report.verification.length}.`]),
      ...report.jobs.map(
        (job) => `${job.name}: last success ${job.lastSuccess === null ? 'never' : new Date(job.lastSuccess).toISOString()}`,
      ),
      ...report.alerts.map((alert) => `${alert.severity}: ${alert.text}`),
    ].join('\n'),
    data: { event: 'digest', level: report.level, summary: report.summary },
  };
}

/** The month in one mail, for the owner of the shop. */
export function monthNotice(report: MonthlyReport, html: string, language: ReportLanguage): Notice {
  const { month, vms, runs, missed } = report;
  const texts = reportTexts[language];
  const bare = vms.filter((vm) => vm.last === null).length;
  const [sums, ...others] = texts.mailed({
    vms: vms.length - bare,
    bare,
    checks: report.checks.length,
    verifications: Object.values(report.verifications).reduce((sum, count) => sum + count, 0),
    drills: report.drills.length,
    restores: report.restores.length,
  });
  return {
    level: 'information',
    subject: texts.subject(monthText(month, texts)),
    text: [sums, texts.runs({ ...runs, missed }), ...others].join('\n'),
    html,
    data: { event: 'month', month },
  };
}

/** What `notify test` and the console's button send. */
export const testNotice: Notice = {
  level: 'information',
  subject: 'Hostkeep: test',
  text: 'Notices of Hostkeep reach you.',
  data: { event: 'test' },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
