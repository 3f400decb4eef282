import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { tableText } from '../text.ts';

export function host(program: Command): void {
  const group = program.command('host').description('hosts and their state');
  group
    .command('list')
    .description('hosts that are known')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const home = await context.openHome();
      const facts = await home.hypervisor.facts();
      context.print([facts], (hosts) =>
        tableText(
          ['NAME', 'KIND', 'SYSTEM'],
          hosts.map((one) => [one.name, one.kind, one.os]),
        ),
      );
      home.close();
    });
  group
    .command('check')
    .description('whether backups can work here, and what earlier runs left')
    .option('--clean', 'remove what crashed runs left')
    .action(async (options: { clean?: boolean }, command: Command) => {
      const context = contextOf(command);
      const home = await context.openHome();
      const left = (await home.hypervisor.listResidue()).filter(
        (item) => item.kind !== 'reference-point' && !home.journal.isAlive(item.run),
      );
      if (options.clean === true) for (const item of left) await home.hypervisor.cleanResidue(item);
      const checks = await home.hypervisor.preflight();
      context.print({ checks, residue: options.clean === true ? [] : left }, (report) =>
        [
          tableText(
            ['VERDICT', 'VM', 'CHECK'],
            report.checks.map((check) => [
              check.verdict,
              check.vm ?? '',
              check.verdict === 'ok' ? check.says : `${check.says} ${check.remedy}`,
            ]),
          ),
          ...report.residue.map((item) => `left over: ${item.kind} of ${item.vm} from run ${item.run}`),
        ].join('\n'),
      );
      if (checks.some((check) => check.verdict === 'blocking')) process.exitCode = exitCodes.failed;
      home.close();
    });
}
