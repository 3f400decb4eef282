import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import type { CheckOptions, CheckProblem, CheckReport, Repository } from '#engine/repository';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { recorded, tellingOfLocks } from '../recorded-run.ts';
import { bytesText, countText, tableText, wrapped } from '../text.ts';
import { keyText, repoKey } from './repo-key.ts';
import { withRepoOption } from './repo-option.ts';

export function repo(program: Command): void {
  const group = program.command('repo').description('repositories');
  group
    .command('init')
    .description('make a repository, encrypted with a passphrase')
    .argument('<folder>')
    .action(async (folder: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const { createRepositoryAt } = await import('#service');
      const made = await createRepositoryAt(folder, await context.newSecret());
      context.print({ repository: made.repositoryId, recoveryKey: made.recoveryKey }, keyText);
    });
  withRepoOption(group.command('check'))
    .description('prove that everything is as it was written')
    .option('--read-data', 'read every byte of every pack')
    .option('--repair-index', 'rebuild the index from the packs')
    .action(async (options: { readData?: boolean; repairIndex?: boolean }, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const wanted = { readData: options.readData === true, repairIndex: options.repairIndex === true };
        const report = await recorded(
          context,
          { kind: 'check', repository: repository.id, subjects: [context.repositoryFolder()], remembers: repository },
          async (watch, carried) => checkLocked(await tellingOfLocks(repository, watch, carried), { ...wanted, ...watch }),
          ({ problems }) => (problems.length > 0 ? 'failed' : 'success'),
        );
        context.print(report, checkText);
        if (report.problems.length > 0) process.exitCode = exitCodes.failed;
      });
    });
  withRepoOption(group.command('stats'))
    .description('how much is protected, and in how much space')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { repositoryStats } = await import('#engine/repository');
        context.print(await repositoryStats(repository), (stats) =>
          tableText(
            ['WHAT', 'HOW MUCH'],
            [
              ['restore points', String(stats.points)],
              ['their disks', bytesText(stats.logicalBytes)],
              ['stored', bytesText(stats.storedBytes)],
              ['chunks', String(stats.chunks)],
              ['packs', String(stats.packs)],
            ],
          ),
        );
      });
    });
  repoKey(group);
  withRepoOption(group.command('unlock'))
    .description('remove locks whose holders are gone; of other computers after watching them for five minutes')
    .option('--all', 'remove all locks, when you know that nobody works here')
    .action(async (options: { all?: boolean }, command: Command) => {
      const context = contextOf(command);
      const { folderStorage, systemClock, systemRandom } = await import('#service');
      const { isRepository, removeLocks } = await import('#engine/repository');
      const storage = folderStorage(context.repositoryFolder());
      if (!(await isRepository(storage))) throw new HostkeepError('repository/not-found', { path: context.repositoryFolder() });
      const { onLockWatched, signal } = context;
      const place = { storage, clock: systemClock, random: systemRandom, onLockWatched, signal };
      const removed = await removeLocks(place, { all: options.all === true });
      const shown = removed.map(({ file, lock }) => ({ file, lock: lock ?? null }));
      context.print(shown, (locks) => `Removed ${locks.length} ${locks.length === 1 ? 'lock' : 'locks'}.`);
    });
}

async function checkLocked(repository: Repository, options: CheckOptions): Promise<CheckReport> {
  const { acquireLock, checkRepository } = await import('#engine/repository');
  const { repairIndex, signal } = options;
  const lock = await acquireLock({ ...repository, signal }, repairIndex ? 'exclusive' : 'shared', 'check');
  try {
    return await checkRepository(repository, { ...options, signal: AbortSignal.any([signal, lock.signal]) });
  } finally {
    await lock.release();
  }
}

function checkText({ problems, points, packs, chunks, bytesRead }: CheckReport): string {
  const verdict = problems.length === 0 ? 'all is well' : countText(problems.length, 'problem');
  const counts = [countText(points, 'restore point'), countText(packs, 'pack'), countText(chunks, 'chunk')].join(', ');
  const sums = `${counts}, ${bytesText(bytesRead)} read: ${verdict}.`;
  return [...problems.flatMap(problemLines), ...mendingLines(problems), ...wrapped(sums, 78)].join('\n');
}

const mending =
  'What lay in damaged or missing packs is stored anew by the next backup of each VM that still has it; check again after that.';
const leaving = 'No restore point needs what lay in the damaged packs: `hostkeep compact` takes them away.';

function mendingLines(problems: readonly CheckProblem[]): readonly string[] {
  const packs = problems.filter(({ file }) => file.startsWith('packs/'));
  if (packs.length === 0) return [];
  return wrapped(packs.every(({ points }) => points.length === 0) ? leaving : mending, 78);
}

function problemLines({ file, message, points }: CheckProblem): readonly string[] {
  const touched = points.length === 0 ? 'touches no restore point' : `touches restore points ${points.join(', ')}`;
  return [file, ...[...wrapped(message, 76), ...wrapped(touched, 76)].map((line) => `  ${line}`)];
}
