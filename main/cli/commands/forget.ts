import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { numberOption } from '../numbers.ts';
import { rememberRepository } from '../recorded-run.ts';
import { timeText, wrapped } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function forget(program: Command): void {
  withRepoOption(program.command('forget'))
    .description('drop a restore point; `undelete` brings it back until its grace is over, `compact` then frees its space')
    .argument('<point>')
    .option('--grace <days>', 'days in which it can be brought back', numberOption('grace', 0, 365), 7)
    .option(
      '--now',
      'remove it for good at once, also one that is dropped: where space is needed today, it cannot be read, or its time is wrong',
    )
    .action(async (spec: string, options: { grace: number; now?: boolean }, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const [{ findPointId }, { forgetByHand }] = await Promise.all([import('#engine/repository'), import('#service')]);
        const id = await findPointId(repository, spec);
        const forgotten = await forgetByHand(repository, id, {
          graceDays: options.grace,
          atOnce: options.now === true,
          by: userInfo().username,
          signal: context.signal,
        });
        context.print(forgotten, ({ goneAt }) =>
          wrapped(
            goneAt === null
              ? `Restore point ${id} is gone. Its space is freed by \`hostkeep compact\`.`
              : `Dropped restore point ${id}. \`hostkeep undelete ${id}\` brings it back until ${timeText(goneAt)}.`,
            79,
          ).join('\n'),
        );
        await rememberRepository(context, repository);
      });
    });
}
