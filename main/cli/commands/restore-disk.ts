import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import { contextOf } from '../context.ts';
import { withPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { bytesText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function restoreDiskCommand(program: Command): void {
  withRepoOption(program.command('restore-disk'))
    .description('restore a disk to a VHDX or raw file')
    .argument('<point>')
    .requiredOption('--to <file>', 'the file to make')
    .option('--disk <n>', 'which disk', '0')
    .option('--format <format>', 'vhdx or raw', 'vhdx')
    .action(async (spec: string, options: { to: string; disk: string; format: string }, command: Command) => {
      const context = contextOf(command);
      const { format, to } = options;
      if (format !== 'vhdx' && format !== 'raw') throw new HostkeepError('input/invalid', { format });
      await withPoint(context, spec, async ({ repository, point }) => {
        const { diskOf } = await import('#engine/repository');
        const { restoreDisk } = await import('#engine/recovery');
        const disk = diskOf(point, Number(options.disk));
        const restored = await recorded(
          context,
          { kind: 'restore-disk', repository: repository.id, subjects: [point.vm] },
          async (watch) => {
            await restoreDisk(repository, point, disk.index, { to, format, ...watch });
            return { file: to, format, sizeBytes: disk.sizeBytes };
          },
        );
        context.print(restored, () => `Restored disk ${disk.index} of ${point.vm}, ${bytesText(disk.sizeBytes)}, to ${to}.`);
      });
    });
}
