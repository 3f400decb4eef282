import { Option, type Command } from 'commander';
import { hasCode, HostkeepError, type KeepReason, type RetentionVerdict } from '#contract';
import type { Repository } from '#engine/repository';
import { numberOption } from '../numbers.ts';
import { contextOf, repositorySecret, type Context } from '../context.ts';
import { withJobBook } from '../job-book.ts';
import { tableText, timeText, wrapped } from '../text.ts';
import { withRepoOption } from './repo-option.ts';
import { inHome } from '../with-home.ts';

export function retention(program: Command): void {
  program
    .command('prune')
    .description('drop what the policy of a job does not keep; `undelete` brings it back until its grace is over')
    .argument('<job>')
    .option('--dry-run', 'say what would go')
    .option('--confirm', 'drop it although it is a large share')
    .action(async (spec: string, options: { dryRun?: boolean; confirm?: boolean }, command: Command) => {
      const context = contextOf(command);
      const job = await withJobBook(context, async ({ book }) => book.find(spec));
      const { pointsOfJob, pruneJob } = await import('#service');
      const { report, names } = await withRepositoryOf(context, spec, async (repository) => ({
        names: namesOf(await pointsOfJob(repository, job.id)),
        report: await pruneJob(repository, job, {
          confirmed: options.confirm === true,
          dryRun: options.dryRun === true,
          signal: context.signal,
        }),
      }));
      context.print(report, ({ dropped, kept, goneAt }) => {
        const done = `${options.dryRun === true ? 'Would drop' : 'Dropped'} ${dropped.length} of ${dropped.length + kept.length} restore points.`;
        const back = dropped.length > 0 ? ` They can be brought back until ${timeText(goneAt)}.` : '';
        return [verdictsText([...kept, ...dropped], names), ...wrapped(done + back, 79)].join('\n');
      });
    });
  program
    .command('retention')
    .description('what a policy keeps')
    .command('simulate')
    .description('the restore points that a job will have on a future day')
    .argument('<job>')
    .option('--days <n>', 'how far ahead', numberOption('days', 1, 36_525), 365)
    .action(async (spec: string, { days }: { days: number }, command: Command) => {
      const context = contextOf(command);
      const job = await withJobBook(context, async ({ book }) => book.find(spec));
      const { pointsOfJob, simulateJob, systemClock } = await import('#service');
      const points = await withRepositoryOf(context, spec, (repository) => pointsOfJob(repository, job.id));
      context.print(simulateJob(job, { points, now: systemClock.now(), days }), (moments) => {
        const last = moments.at(-1);
        return last === undefined ? 'The job does not start by itself in that time.' : verdictsText(last.kept, namesOf(points));
      });
    });
  withRepoOption(program.command('undelete'))
    .description('bring back a dropped restore point')
    .argument('[point]', 'without it: list what can be brought back')
    .action(async (spec: string | undefined, _options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { acquireLock, findPointId, listDrops, undeletePoint } = await import('#engine/repository');
        if (spec === undefined) return context.print(await listDrops(repository.storage), dropsText);
        const id = await findPointId(repository, spec).catch((error: unknown) => {
          throw hasCode(error, 'input/not-found') ? new HostkeepError('input/not-found', { dropped: spec }, error) : error;
        });
        // A compact lets dropped points go; none begins now.
        const lock = await acquireLock({ ...repository, signal: context.signal }, 'shared', 'undelete');
        try {
          await undeletePoint(repository.storage, id);
        } finally {
          await lock.release();
        }
        return context.print({ undeleted: id }, () => `Restore point ${id} is back.`);
      });
    });
  withRepoOption(program.command('pin'))
    .description('keep a restore point whatever any policy says')
    .argument('[point]', 'without it: list the pins')
    .addOption(new Option('--why <reason>', 'for those who find the pin later').default('', 'none'))
    .option('--remove', 'take the pin away')
    .action(async (spec: string | undefined, options: { why: string; remove?: boolean }, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { findPointId, listPins, pinPoint, unpinPoint } = await import('#engine/repository');
        if (spec === undefined)
          return context.print(await listPins(repository.storage), (pins) =>
            tableText(
              ['POINT', 'SINCE', 'WHY'],
              pins.map((pin) => [pin.point, timeText(pin.at), pin.why]),
              'No restore point is pinned.',
            ),
          );
        const point = await findPointId(repository, spec);
        const pinned = options.remove !== true;
        if (pinned) await pinPoint(repository.storage, { point, at: repository.clock.now(), why: options.why });
        else await unpinPoint(repository.storage, point);
        return context.print({ point, pinned }, () => `Restore point ${point} is ${pinned ? '' : 'no longer '}pinned.`);
      });
    });
}

/** The repository of a job, with the job's passphrase; where it has none, with the one that is given, or asked for. */
async function withRepositoryOf<Result>(
  context: Context,
  spec: string,
  act: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  const { findJob, openRepositoryAt, passphraseOf } = await import('#service');
  return inHome(context, async (home) => {
    const job = findJob(home.state, spec);
    const passphrase = await passphraseOf(job, home.secrets).catch((cause: unknown) => {
      if (hasCode(cause, 'job/passphrase-unknown')) return context.secret(repositorySecret);
      throw cause;
    });
    const repository = await openRepositoryAt(job.repository.path, async () => passphrase, {
      onLockWatched: context.onLockWatched,
    });
    try {
      return await act(repository);
    } finally {
      await repository.close();
    }
  });
}

/** Verdicts name a VM by its id; a person by its newest name. */
function namesOf(points: readonly { readonly vm: string; readonly name: string }[]): ReadonlyMap<string, string> {
  return new Map(points.map(({ vm, name }) => [vm, name]));
}

function verdictsText(verdicts: readonly RetentionVerdict[], names: ReadonlyMap<string, string>): string {
  const rows = verdicts.toSorted((a, b) => (a.vm === b.vm ? b.time - a.time : a.vm < b.vm ? -1 : 1));
  return tableText(
    ['POINT', 'VM', 'TIME', 'KEPT AS'],
    rows.map(({ point, vm, time, reasons }) => [
      point,
      names.get(vm) ?? vm,
      timeText(time),
      reasons.map(reasonText).join(', ') || 'dropped',
    ]),
  );
}

function reasonText(reason: KeepReason): string {
  if (reason.rule === 'pinned') return `pinned (${reason.why})`;
  if (reason.rule === 'keep-within') return `within ${reason.hours} h`;
  return 'period' in reason ? `${reason.rule} ${reason.period}` : reason.rule;
}

function dropsText(drops: readonly { readonly point: string; readonly by: string; readonly until: number }[]): string {
  if (drops.length === 0) return 'Nothing is dropped.';
  return tableText(
    ['POINT', 'DROPPED BY', 'GONE AFTER'],
    drops.map((one) => [one.point, one.by, timeText(one.until)]),
  );
}
