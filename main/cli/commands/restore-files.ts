import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { inputLines } from '../input-lines.ts';
import { withPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { bytesText, wrapped } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

interface Options {
  readonly to: string;
  readonly pathsStdin?: boolean;
}

export function restoreFilesCommand(program: Command): void {
  withRepoOption(program.command('restore-files'))
    .description('restore files and folders into a folder')
    .argument('<point>')
    .argument('[paths...]')
    .option('--paths-stdin', 'read paths from standard input, one a line')
    .requiredOption('--to <folder>', 'where they go')
    .action(async (spec: string, given: readonly string[], options: Options, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ point, repository, volumes }) => {
        const { restoreFiles } = await import('#engine/recovery');
        const paths = options.pathsStdin === true ? [...given, ...(await inputLines(context.readsSecret))] : given;
        if (paths.length === 0) throw new HostkeepError('input/missing-option', { option: 'PATH... or --paths-stdin' });
        const report = await recorded(
          context,
          { kind: 'restore-files', repository: repository.id, subjects: [point.vm] },
          (watch) => restoreFiles(volumes, paths, { to: options.to, ...watch }),
          ({ skipped }) => (skipped.length > 0 ? 'warning' : 'success'),
        );
        context.print(report, (done) =>
          [
            ...done.skipped.flatMap(({ path, reason }) => [
              `not restored: ${path}`,
              ...wrapped(reason, 76).map((line) => `  ${line}`),
            ]),
            `Restored ${done.files} files and ${done.folders} folders, ${bytesText(done.bytes)}.`,
          ].join('\n'),
        );
        if (report.skipped.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}
