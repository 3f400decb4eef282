import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import { givenOrAsked } from '../ask-secret.ts';
import { contextOf } from '../context.ts';
import { numberOption } from '../numbers.ts';
import { withJobBook } from '../job-book.ts';
import { tableText } from '../text.ts';
import { inHome } from '../with-home.ts';

export function schedule(program: Command): void {
  program
    .command('schedule')
    .description('when jobs start')
    .command('preview')
    .description('the next starts of a job, over changes of the clock, windows and blackouts')
    .argument('<job>')
    .option('--count <n>', 'how many', numberOption('count', 1, 1000), 10)
    .action(async (spec: string, { count }: { count: number }, command: Command) => {
      const context = contextOf(command);
      const planned = await withJobBook(context, async ({ book }) => book.preview(book.find(spec), count));
      context.print(planned, (starts) =>
        starts.length === 0
          ? 'It does not start by itself.'
          : tableText(
              ['STARTS', 'UTC', 'CAME DUE'],
              starts.map((start) => [
                start.local.replace('T', ' ').replace(/([+-]\d\d:\d\d)$/, ' $1'),
                minuteText(start.at),
                start.due.length === 1 && start.due[0] === start.at ? '' : start.due.map(minuteText).join(', '),
              ]),
            ),
      );
    });
  const group = program.command('scheduler').description('how jobs are started, and as whom');
  accountCommand(group);
  taskCommands(group);
  group
    .command('run')
    .description('start jobs on a machine without Task Scheduler; until interrupted')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { ownProgram, runScheduler } = await import('#service');
      await inHome(context, async (home) => {
        await runScheduler({
          home,
          program: ownProgram,
          signal: context.signal,
          note: (what) =>
            context.print({ at: new Date().toISOString(), ...what }, ({ name, exitCode }) =>
              exitCode === null ? `${name}: looked at` : `${name}: ended with ${exitCode}`,
            ),
        });
      });
    });
}

/** A time of UTC to the minute. */
function minuteText(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function accountCommand(group: Command): void {
  group
    .command('account')
    .description('whom Task Scheduler runs jobs as; alone it says who that is')
    .option('--user <user>', 'DOMAIN\\name or HOST\\name; its password is asked for')
    .option('--system', 'SYSTEM, which reaches shares as the account of this computer')
    .action(async (options: { user?: string; system?: boolean }, command: Command) => {
      const context = contextOf(command);
      if (options.user !== undefined && options.system === true)
        throw new HostkeepError('input/invalid', { options: '--user and --system' });
      const { changeTaskAccount, machineScheduler, systemClock, taskUser } = await import('#service');
      await inHome(context, async (home) => {
        const machine = machineScheduler(home);
        try {
          if (options.user === undefined && options.system !== true)
            return context.print({ user: taskUser(home.state), jobs: null }, ({ user }) =>
              machine === undefined
                ? 'This computer has no Task Scheduler: jobs run as the user of `hostkeep scheduler run`.'
                : `Jobs run as ${user ?? 'SYSTEM'}.`,
            );
          if (machine === undefined) throw new HostkeepError('schedule/no-tasks');
          const { user } = options;
          const account =
            user === undefined
              ? null
              : { user, password: await givenOrAsked('HOSTKEEP_TASK_PASSWORD', 'Password of the account: ') };
          const now = (): number => systemClock.now();
          const jobs = await changeTaskAccount({ home, now, scheduler: machine.scheduler }, account);
          context.print({ user: user ?? null, jobs }, () => `Jobs run as ${user ?? 'SYSTEM'}; ${jobs} registered anew.`);
        } finally {
          await machine?.close();
        }
      });
    });
}

/** For who removes the program, which would leave tasks that start nothing; and for who installs it again. */
function taskCommands(group: Command): void {
  group
    .command('clear')
    .description('take jobs and drills out of Task Scheduler: they stay, and start no more by themselves')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { clearTasks } = await import('#service');
      context.print({ removed: await clearTasks() }, ({ removed }) => `${removed.length} tasks removed.`);
    });
  group
    .command('renew')
    .description('put every job and drill into Task Scheduler anew')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { jobBook, machineScheduler, systemClock } = await import('#service');
      await inHome(context, async (home) => {
        const machine = machineScheduler(home);
        if (machine === undefined) throw new HostkeepError('schedule/no-tasks');
        try {
          const registered = await jobBook({ home, now: () => systemClock.now(), scheduler: machine.scheduler }).tellAll();
          context.print({ registered }, () => `${registered} jobs and drills registered.`);
        } finally {
          await machine.close();
        }
      });
    });
}
