import type { Command } from 'commander';
import { HostkeepError, type ErrorData, type Job, type JobInput } from '#contract';
import type { Home, RanJob } from '#service';
import { contextOf, hostPassword } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { withJobBook } from '../job-book.ts';
import { lacksOf, tellLacks } from '../lacks.ts';
import { errorLines, vmOutcomeText } from '../outcome-text.ts';
import { passphraseText } from '../passphrase-text.ts';
import { savePassphrase } from '../save-passphrase.ts';
import { countText, bytesText, tableText, wrapped } from '../text.ts';
import { checksText } from '../checks-text.ts';
import { scheduleText } from '../schedule-text.ts';
import { jobChange, withJobOptions, type JobFlags } from './job-options.ts';
import { inHome } from '../with-home.ts';

export function job(program: Command): void {
  const group = program.command('job').description('what is backed up, when, where, and kept how long');
  changing(group);
  withJobOptions(group.command('create'))
    .description('make a job')
    .argument('<name>')
    .option('--save-passphrase', 'keep the passphrase of the repository in the keystore of this account')
    .action(async (name: string, flags: JobFlags & { savePassphrase?: boolean }, command: Command) => {
      const context = contextOf(command);
      const made = await withJobBook(context, async ({ book, home }) => {
        const { repository, ...change } = jobChange({ ...flags, repo: flags.repo ?? context.repositoryFolder() });
        const host = change.host ?? home.hosts.select(undefined).name;
        const selection = change.selection ?? { kind: 'all' as const };
        const schedule = change.schedule ?? jobChange({ manual: true }).schedule!;
        // Before there is a job: one that could not be saved would be half of what was asked for.
        if (flags.savePassphrase === true) await savePassphrase(context, repository!.path);
        const job = await book.create({ ...change, name, host, selection, schedule, repository: repository! });
        return { job, lacks: await jobLacks(job, home) };
      });
      context.print(made.job, jobText);
      tellLacks(made.lacks);
    });
  withJobOptions(group.command('edit'))
    .description('change what is given; the rest stays')
    .argument('<job>')
    .option('--name <name>', 'a new name')
    .option('--no-passphrase-file', 'the passphrase of the keystore again')
    .option('--save-passphrase', 'keep the passphrase of the repository in the keystore of this account')
    .action(async (spec: string, flags: JobFlags & { name?: string; savePassphrase?: boolean }, command: Command) => {
      const context = contextOf(command);
      const { job, lacks } = await withJobBook(context, async ({ book, home }) => {
        const { name } = flags;
        const before = book.find(spec);
        const change: Partial<JobInput> = { ...jobChange(flags, before), ...(name === undefined ? {} : { name }) };
        const { path } = change.repository ?? before.repository;
        if (flags.savePassphrase === true) await savePassphrase(context, path);
        const edited = await book.edit(spec, change);
        return { job: edited, lacks: await jobLacks(edited, home) };
      });
      context.print(job, jobText);
      tellLacks(lacks);
    });
  checking(group);
  group
    .command('run')
    .description('run a job now')
    .argument('<job>')
    .option('--if-due', 'only when its schedule says so: what a scheduler asks for')
    .action(async (spec: string, options: { ifDue?: boolean }, command: Command) => {
      const context = contextOf(command);
      const { runDrillNow } = await import('./drill.ts');
      if (await runDrillNow(context, spec, options.ifDue === true)) return;
      const { runJobNow } = await import('#service');
      await inHome(context, async (home) => {
        const { onLockWatched, onProgress, signal, runId } = context;
        const given = runId === undefined ? {} : { run: runId };
        const start = { home, onLockWatched, onProgress, signal, hostPassword, ...given };
        const ran = await runJobNow(start, spec, options.ifDue === true);
        if (!ran.started) return context.print(ran, ({ why }) => why);
        context.print(ran, ranText);
        process.exitCode = { ...exitCodes, success: 0 }[ran.outcome.result];
      });
    });
}

function checking(group: Command): void {
  group
    .command('check')
    .description('whether the job could do its work, asked of its own task: secrets, repository, space, host, VMs')
    .argument('<job>')
    .option('--here', 'look as yourself instead')
    .action(async (spec: string, options: { here?: boolean }, command: Command) => {
      const context = contextOf(command);
      const { askJobCheck, checkJob, findJob, machineScheduler, systemClock } = await import('#service');
      await inHome(context, async (home) => {
        const machine = options.here === true ? undefined : machineScheduler(home);
        try {
          const job = findJob(home.state, spec);
          const run = context.runId ?? home.newRunId();
          const { onProgress, signal } = context;
          const found =
            machine === undefined
              ? await checkJob({ home, onProgress, signal, hostPassword }, job, run)
              : await askJobCheck({ home, scheduler: machine.scheduler, clock: systemClock, signal }, job, run);
          context.print({ run, ...found }, ({ as, checks }) => [`As ${as}:`, checksText(checks)].join('\n'));
          if (checks(found, 'blocking')) process.exitCode = exitCodes.failed;
          else if (checks(found, 'warning')) process.exitCode = exitCodes.warning;
        } finally {
          await machine?.close();
        }
      });
    });
}

const checks = (found: { readonly checks: readonly { readonly verdict: string }[] }, verdict: string): boolean =>
  found.checks.some((check) => check.verdict === verdict);

function changing(group: Command): void {
  group
    .command('list')
    .description('all jobs')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const rows = await withJobBook(context, async ({ book }) =>
        book.list().map((one) => ({ ...one, next: book.preview(one, 1)[0]?.local ?? null })),
      );
      context.print(rows, (jobs) =>
        tableText(
          ['ID', 'NAME', 'HOST', 'WHAT', 'WHEN', 'NEXT'],
          jobs.map((one) => [one.id, one.name, one.host, selectionText(one), scheduleText(one.schedule), nextText(one)]),
          'No job yet. `hostkeep job create` makes one.',
        ),
      );
    });
  group
    .command('show')
    .description('one job, whole')
    .argument('<job>')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      context.print(await withJobBook(context, async ({ book }) => book.find(spec)), jobText);
    });
  group
    .command('delete')
    .description('delete a job; its restore points stay')
    .argument('<job>')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const gone = await withJobBook(context, ({ book }) => book.remove(spec));
      context.print({ deleted: gone.id }, () => `Deleted the job ${gone.name}. Its restore points stay.`);
    });
  group
    .command('pause')
    .description('no start by schedule until it is resumed')
    .argument('[job]', 'left out with --all')
    .option('--all', 'all jobs')
    .option('--resume', 'the other way round')
    .action(async (spec: string | undefined, options: { all?: boolean; resume?: boolean }, command: Command) => {
      const context = contextOf(command);
      const paused = options.resume !== true;
      if ((spec === undefined) !== (options.all === true))
        throw new HostkeepError('input/missing-option', { option: 'a job, or --all' });
      await withJobBook(context, async ({ book }) => {
        if (spec === undefined) await book.pauseAll(paused);
        else await book.pause(spec, paused);
      });
      const who = spec ?? 'All jobs';
      context.print({ job: spec ?? null, paused }, () => `${who}: ${paused ? 'paused' : 'goes on'}.`);
    });
}

/** Why the job could not do its work, had it to run now: it could not open its repository, or its host has not the VMs that it names. */
async function jobLacks(job: Job, home: Home): Promise<readonly ErrorData[]> {
  const { refuseClosedRepository, refuseMissingVms } = await import('#service');
  return lacksOf(
    () => refuseClosedRepository(job, home.secrets),
    () => refuseMissingVms(home, job),
  );
}

function nextText(one: Job & { readonly next: string | null }): string {
  return one.paused ? 'paused' : (one.next?.slice(0, 16).replace('T', ' ') ?? '-');
}

function selectionText({ selection }: Job): string {
  if (selection.kind === 'all') return 'all VMs';
  return selection.kind === 'chosen' ? selection.vms.join(' ') : selection.tags.map((tag) => `#${tag}`).join(' ');
}

function jobText(one: Job): string {
  const { retention, limits } = one;
  const keeps = retention === null ? 'every point' : policyText(retention);
  return tableText(
    ['JOB', one.name],
    [
      ['id', one.id],
      ['host', one.host],
      ['what', selectionText(one)],
      ['without', [...one.excludedVms, ...one.excludedDisks.map(excludedText)].join(' ') || 'nothing'],
      ['repository', one.repository.path],
      ['passphrase', passphraseText(one.repository.passphrase)],
      ['consistency', one.consistency],
      ['logs', one.truncateLogs ? 'truncated after success' : 'left alone'],
      ['verifies', one.verifyAfterRun ? 'each new restore point after the run' : 'no'],
      ['when', one.paused ? `paused (${scheduleText(one.schedule)})` : scheduleText(one.schedule)],
      ['keeps', keeps],
      ...one.vmRetention.map(({ vm, retention: own }) => [`keeps of ${vm}`, own === null ? 'every point' : policyText(own)]),
      ['load', limitsText(limits)],
      ...workingText(limits),
    ],
  );
}

function excludedText({ vm, disk, was }: Job['excludedDisks'][number]): string {
  return was === null ? `${vm}:${disk}` : `${vm}:${disk} (${was.name})`;
}

function ranText(ran: Extract<RanJob, { started: true }>): string {
  const { result, vms, points, readBytes, newBytes, error } = ran.outcome;
  return [
    ...vms.map(vmOutcomeText),
    `${ran.name}: ${result}. ${countText(points.length, 'restore point')}, read ${bytesText(readBytes)}, stored ${bytesText(newBytes)} new.`,
    ...errorLines(error).flatMap((line) => wrapped(line, 79)),
  ].join('\n');
}

function policyText(policy: NonNullable<Job['retention']>): string {
  const { keepLast, keepWithinHours, floor, graceDays, dropAtMostPercent } = policy;
  return [
    ...(keepLast > 0 ? [`last ${keepLast}`] : []),
    ...(keepWithinHours > 0 ? [`all of ${keepWithinHours} h`] : []),
    ...(['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const)
      .filter((rule) => policy[rule] > 0)
      .map((rule) => `${rule} ${policy[rule]}`),
    `never fewer than ${floor}`,
    `dropped ones ${graceDays} days more`,
    `drops at most ${dropAtMostPercent}% at once`,
  ].join(', ');
}

function limitsText({ vmsAtOnce, bytesPerSecond, latencyMs }: Omit<Job['limits'], 'workingHours'>): string {
  return [
    `${vmsAtOnce} VM${vmsAtOnce === 1 ? '' : 's'} at once`,
    ...(bytesPerSecond === null ? [] : [`${bytesText(bytesPerSecond)} a second`]),
    ...(latencyMs === null ? [] : [`rests when a read takes over ${latencyMs} ms`]),
  ].join(', ');
}

function workingText({ workingHours }: Job['limits']): readonly (readonly string[])[] {
  if (workingHours === null) return [];
  const when = workingHours.during.map(({ weekdays, from, to }) => [weekdays.join(','), `${from}-${to}`].join(' ').trim());
  return [['in working hours', `${limitsText(workingHours)} (${when.join('; ')})`]];
}
