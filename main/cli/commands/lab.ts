import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import { contextOf } from '../context.ts';
import { numberOption } from '../numbers.ts';
import { recorded } from '../recorded-run.ts';
import { bytesText, tableText } from '../text.ts';

export function lab(program: Command): void {
  const group = program.command('lab').description('the embedded lab host, for trying things without Hyper-V');
  group
    .command('create')
    .description('make the lab host with its three VMs')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { createLab } = await import('#lab');
      const home = await context.homePath();
      const made = await recorded(context, { kind: 'lab', repository: '', subjects: ['lab'] }, () => createLab(home));
      context.print(made, ({ vms }) => `Made the lab host with ${vms.join(', ')}.`);
    });
  group
    .command('pass-day')
    .description('let a day pass in the guests: files change, logs grow')
    .option('--days <n>', 'how many', numberOption('days', 1, 365), 1)
    .action(async (options: { days: number }, command: Command) => {
      const context = contextOf(command);
      const { passDays } = await import('#lab');
      const home = await context.homePath();
      const of = { kind: 'lab', repository: '', subjects: ['lab'] } as const;
      const passed = await recorded(context, of, () => passDays(home, options.days));
      context.print(passed, ({ day, changedBytes }) => `It is day ${day}; ${bytesText(changedBytes)} changed on the disks.`);
    });
  group
    .command('fault')
    .description('make a step of the backup flow fail, or clear all faults; alone: what is set, and what can be')
    .argument('[step]', 'step of the flow, as `run show` names it')
    .argument('[kind]', 'what goes wrong there')
    .option('--vm <name>', 'only for this VM')
    .option('--times <n>', 'how often', numberOption('times', 1, 1000), 1)
    .option('--clear', 'clear all faults')
    .action(
      async (
        step: string | undefined,
        kind: string | undefined,
        options: { vm?: string; times: number; clear?: boolean },
        command: Command,
      ) => {
        const context = contextOf(command);
        const { clearFaults, faultKinds, faultSteps, listFaults, setFault } = await import('#lab');
        if (step !== undefined && kind === undefined)
          throw new HostkeepError('input/missing-option', { option: 'what goes wrong there', kinds: faultKinds });
        const home = await context.homePath();
        if (options.clear === true) await clearFaults(home);
        else if (step !== undefined && kind !== undefined)
          await setFault(home, { step, kind, times: options.times, vm: options.vm ?? null });
        context.print(await listFaults(home), (faults) => {
          const set = faults.map((fault) => `${fault.step} ${fault.kind} (${fault.vm ?? 'any VM'}, ${fault.times} more)`);
          const possible = Object.entries(faultSteps).map(([name, steps]) => [name, steps.join(', ')]);
          return [
            ...(set.length === 0 ? ['No faults are set.'] : set),
            ...(step === undefined && options.clear !== true ? ['', tableText(['KIND', 'AT THE STEPS'], possible)] : []),
          ].join('\n');
        });
      },
    );
}
