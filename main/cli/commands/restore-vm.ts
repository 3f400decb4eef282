import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { withPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { withRepoOption } from './repo-option.ts';

export function restoreVmCommand(program: Command): void {
  withRepoOption(program.command('restore-vm'))
    .description('restore a whole VM: its disks and its definition')
    .argument('<point>')
    .requiredOption('--to <folder>', 'the VM gets a folder of its own in it')
    .action(async (spec: string, options: { to: string }, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ repository, point }) => {
        const { restoreVm } = await import('#engine/recovery');
        const restored = await recorded(
          context,
          { kind: 'restore-vm', repository: repository.id, subjects: [point.vm] },
          (watch) => restoreVm(repository, point, { to: options.to, ...watch }),
        );
        context.print(restored, ({ folder, files }) =>
          [`Restored ${point.vm} to ${folder}:`, ...files.map((file) => `  ${file}`)].join('\n'),
        );
      });
    });
}
