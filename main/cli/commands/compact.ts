import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import type { CompactReport } from '#engine/repository';
import { recorded, tellingOfLocks } from '../recorded-run.ts';
import { bytesText, wrapped } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function compact(program: Command): void {
  withRepoOption(program.command('compact'))
    .description('free the space of what no restore point needs')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { freeSpace } = await import('#service');
        const subjects = [context.repositoryFolder()];
        const report = await recorded(
          context,
          { kind: 'compact', repository: repository.id, subjects, remembers: repository },
          async (watch, carried) => freeSpace(await tellingOfLocks(repository, watch, carried), watch),
          ({ incomplete }) => (incomplete ? 'warning' : 'success'),
        );
        context.print(report, reportText);
      });
    });
}

function reportText({ freedBytes, removedPacks, rewrittenPacks, incomplete }: CompactReport): string {
  const done = `Freed ${bytesText(freedBytes)}: removed ${removedPacks} ${removedPacks === 1 ? 'pack' : 'packs'}, rewrote ${rewrittenPacks}.`;
  if (!incomplete) return done;
  const advice =
    freedBytes > 0
      ? 'There was no room to do all of it; run it again.'
      : 'There is no room to copy what is still needed out of packs: make some room on the storage, or forget more restore points.';
  return [done, ...wrapped(advice, 78)].join('\n');
}
