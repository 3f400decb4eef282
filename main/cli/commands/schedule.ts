import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { withJobBook } from '../job-book.ts';
import { tableText } from '../text.ts';

export function schedule(program: Command): void {
  program
    .command('schedule')
    .description('when jobs start')
    .command('preview')
    .description('the next starts of a job, over changes of the clock, windows and blackouts')
    .argument('<job>')
    .option('--count <n>', 'how many', '10')
    .action(async (spec: string, options: { count: string }, command: Command) => {
      const context = contextOf(command);
      const count = Math.min(1000, Math.max(1, Number(options.count) || 10));
      const planned = await withJobBook(context, async ({ book }) => book.preview(book.find(spec), count));
      context.print(planned, (starts) =>
        starts.length === 0
          ? 'It does not start by itself.'
          : tableText(
              ['STARTS', 'UTC', 'CAME DUE'],
              starts.map((start) => [
                start.local,
                start.at,
                start.due.length === 1 && start.due[0] === start.at ? '' : start.due.join(' '),
              ]),
            ),
      );
    });
  program
    .command('scheduler')
    .description('starts jobs on machines without Task Scheduler')
    .command('run')
    .description('run until interrupted; jobs that started run on')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { ownProgram, runScheduler } = await import('#service');
      const home = await context.openHome();
      try {
        await runScheduler({
          home,
          program: ownProgram,
          signal: context.signal,
          note: (what) =>
            context.print({ at: new Date().toISOString(), ...what }, ({ name, exitCode }) =>
              exitCode === null ? `${name}: looked at` : `${name}: ended with ${exitCode}`,
            ),
        });
      } finally {
        home.close();
      }
    });
}
