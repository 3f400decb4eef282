import type { Command } from 'commander';
import { asHostkeepError, HostkeepError, type Alert, type StatusReport } from '#contract';
import { contextOf } from '../context.ts';
import { reportFailure } from '../failure.ts';
import { numberOption } from '../numbers.ts';
import { tableText, timeText } from '../text.ts';
import { inHome } from '../with-home.ts';

/** What monitoring systems read: see docs/operating.md. They are not the exit codes of the other commands. */
const levelCodes = { ok: 0, warning: 1, critical: 2 } as const;
const unknownCode = 3;

export function status(program: Command): void {
  program
    .command('status')
    .description('how things stand; exit code 0 ok, 1 warning, 2 critical, 3 unknown')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { statusReport, systemClock } = await import('#service');
      try {
        await inHome(context, async (home) => {
          const report = statusReport(home.state, systemClock.now());
          context.print(report, statusText);
          process.exitCode = levelCodes[report.level];
        });
      } catch (error) {
        // To a monitoring system 1 is a warning: nobody knows how things stand, and that is 3.
        if (!context.json) process.stdout.write(`HOSTKEEP UNKNOWN - ${asHostkeepError(error).message}\n`);
        reportFailure(error, context.json);
        process.exitCode = unknownCode;
      }
    });
  const group = program.command('alert').description('alerts: what went wrong, until it has been seen');
  group
    .command('list')
    .description('the newest first, with what has cleared and been seen')
    .option('--limit <n>', 'how many', numberOption('limit', 1, 100_000), 50)
    .action(async (options: { limit: number }, command: Command) => {
      const context = contextOf(command);
      const { listAlerts } = await import('#service');
      await inHome(context, async (home) => {
        context.print(listAlerts(home.state, { since: 0, limit: options.limit }), alertsText);
      });
    });
  group
    .command('seen')
    .description('say that an alert has been seen')
    .argument('[alert]', 'its number')
    .option('--all', 'all of them')
    .action(async (spec: string | undefined, options: { all?: boolean }, command: Command) => {
      const context = contextOf(command);
      if ((spec === undefined) !== (options.all === true))
        throw new HostkeepError('input/missing-option', { option: 'an alert, or --all' });
      const { seeAlert, seeAllAlerts, systemClock } = await import('#service');
      await inHome(context, async (home) => {
        const now = systemClock.now();
        const seen = spec === undefined ? seeAllAlerts(home.state, now) : (seeAlert(home.state, alertNumber(spec), now), 1);
        context.print({ seen }, () => `Seen: ${seen}.`);
      });
    });
}

function statusText(report: StatusReport): string {
  const lines = [`HOSTKEEP ${report.level.toUpperCase()} - ${report.summary}`];
  if (report.jobs.length > 0)
    lines.push(
      '',
      tableText(
        ['JOB', 'LAST RUN', 'STATE', 'NEXT START'],
        report.jobs.map((job) => [
          job.name,
          job.lastRun === null ? '-' : timeText(job.lastRun.at),
          job.lastRun?.state ?? '-',
          job.paused ? 'paused' : job.nextStart === null ? '-' : timeText(job.nextStart),
        ]),
      ),
    );
  if (report.verification.length > 0)
    lines.push(
      '',
      tableText(
        ['VM', 'POINTS', 'VERIFIED', 'RESULT', 'OF'],
        report.verification.map(({ vm, points, verified }) => [
          vm,
          String(points),
          verified === null ? 'never' : timeText(verified.at),
          verified === null ? '-' : `${verified.grade} (${verified.depth})`,
          verified === null ? '-' : timeText(verified.pointTime),
        ]),
      ),
    );
  if (report.alerts.length > 0) lines.push('', alertsText(report.alerts));
  return lines.join('\n');
}

function alertsText(alerts: readonly Alert[]): string {
  return tableText(
    ['NO', 'LAST', 'SEVERITY', 'STATE', 'WHAT'],
    alerts.map((alert) => [
      String(alert.id),
      timeText(alert.lastAt),
      alert.severity,
      [alert.clearedAt === null ? 'open' : 'cleared', ...(alert.seenAt === null ? [] : ['seen'])].join(', '),
      alert.text,
    ]),
  );
}

/** @throws HostkeepError input/not-found */
function alertNumber(spec: string): number {
  if (!/^\d{1,15}$/.test(spec)) throw new HostkeepError('input/not-found', { alert: spec });
  return Number(spec);
}
