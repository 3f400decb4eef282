import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { bytesText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function compact(program: Command): void {
  withRepoOption(program.command('compact'))
    .description('free the space of what no restore point needs')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { acquireLock, compactRepository } = await import('#engine/repository');
        const lock = await acquireLock(repository, 'exclusive', 'compact');
        try {
          const report = await compactRepository(repository, { onProgress: context.onProgress, signal: context.signal });
          context.print(
            report,
            (done) =>
              `Freed ${bytesText(done.freedBytes)}: removed ${done.removedPacks} packs, rewrote ${done.rewrittenPacks}.${done.incomplete ? ' There was no room to do all of it; run it again.' : ''}`,
          );
        } finally {
          await lock.release();
        }
      });
    });
}
