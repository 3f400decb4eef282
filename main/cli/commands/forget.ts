import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { rememberRepository } from '../recorded-run.ts';
import { withRepoOption } from './repo-option.ts';

export function forget(program: Command): void {
  withRepoOption(program.command('forget'))
    .description('drop a restore point; `compact` then frees its space')
    .argument('<point>')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { acquireLockToFree, findPointId, forgetPoint } = await import('#engine/repository');
        const id = await findPointId(repository, spec);
        const lock = await acquireLockToFree(repository, 'shared', 'forget');
        try {
          await forgetPoint(repository, id);
        } finally {
          await lock.release();
        }
        context.print({ forgotten: id }, () => `Forgot restore point ${id}. Its space is freed by \`hostkeep compact\`.`);
        await rememberRepository(context, repository);
      });
    });
}
