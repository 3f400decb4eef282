import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import type { CheckProblem } from '#engine/repository';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { recorded } from '../recorded-run.ts';
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
        const { acquireLock, checkRepository } = await import('#engine/repository');
        const repair = options.repairIndex === true;
        const lock = await acquireLock({ ...repository, signal: context.signal }, repair ? 'exclusive' : 'shared', 'check');
        try {
          const wanted = { readData: options.readData === true, repairIndex: repair };
          const report = await recorded(
            context,
            { kind: 'check', repository: repository.id, subjects: [context.repositoryFolder()], remembers: repository },
            (watch) => checkRepository(repository, { ...wanted, ...watch }),
            ({ problems }) => (problems.length > 0 ? 'failed' : 'success'),
          );
          context.print(report, (found) =>
            [
              ...found.problems.flatMap(problemLines),
              ...(found.problems.some(({ file }) => file.startsWith('packs/')) ? wrapped(mending, 78) : []),
              ...wrapped(
                `${countText(found.points, 'restore point')}, ${countText(found.packs, 'pack')}, ${countText(found.chunks, 'chunk')}, ${bytesText(found.bytesRead)} read: ${found.problems.length === 0 ? 'all is well' : countText(found.problems.length, 'problem')}.`,
                78,
              ),
            ].join('\n'),
          );
          if (report.problems.length > 0) process.exitCode = exitCodes.failed;
        } finally {
          await lock.release();
        }
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

const mending =
  'What lay in damaged or missing packs is stored anew by the next backup of each VM that still has it; check again after that.';

function problemLines({ file, message, points }: CheckProblem): readonly string[] {
  const touched = points.length === 0 ? 'touches no restore point' : `touches restore points ${points.join(', ')}`;
  return [file, ...[...wrapped(message, 76), ...wrapped(touched, 76)].map((line) => `  ${line}`)];
}
