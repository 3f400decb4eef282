import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { withPoint } from '../open-point.ts';
import { bytesText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function restoreFilesCommand(program: Command): void {
  withRepoOption(program.command('restore-files'))
    .description('restore files and folders into a folder')
    .argument('<point>')
    .argument('<paths...>')
    .requiredOption('--to <folder>', 'where they go')
    .action(async (spec: string, paths: readonly string[], options: { to: string }, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ volumes }) => {
        const { restoreFiles } = await import('#engine/recovery');
        const report = await restoreFiles(volumes, paths, {
          to: options.to,
          onProgress: context.onProgress,
          signal: context.signal,
        });
        context.print(report, (done) =>
          [
            ...done.skipped.map((skipped) => `not restored: ${skipped.path}: ${skipped.reason}`),
            `Restored ${done.files} files and ${done.folders} folders, ${bytesText(done.bytes)}.`,
          ].join('\n'),
        );
        if (report.skipped.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}
