import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import type { CompactReport, DroppedPoint } from '#engine/repository';
import { recorded, tellingOfLocks } from '../recorded-run.ts';
import { bytesText, timeText, wrapped } from '../text.ts';
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
        const { listDrops } = await import('#engine/repository');
        const waiting = context.json ? [] : await listDrops(repository.storage);
        context.print(report, (done) => [reportText(done), ...waitingText(waiting)].join('\n'));
      });
    });
}

/** What takes up space that was meant to be free. */
function waitingText(drops: readonly DroppedPoint[]): readonly string[] {
  const next = drops.toSorted((a, b) => a.until - b.until)[0];
  if (next === undefined) return [];
  const what =
    drops.length === 1
      ? `Restore point ${next.point} is dropped and keeps its`
      : `${drops.length} restore points are dropped and keep their`;
  const until = `space until ${timeText(next.until)}${drops.length === 1 ? '' : ' or longer'}`;
  return wrapped(
    `${what} ${until}: \`hostkeep undelete\` lists what can come back, \`hostkeep forget POINT --now\` removes one at once.`,
    78,
  );
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
