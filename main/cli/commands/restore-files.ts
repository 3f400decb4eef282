import { Option, type Command } from 'commander';
import { HostkeepError, type OnProgress, type RestorePoint } from '#contract';
import type { Conflict, GuestVolumes, RestoredFiles } from '#engine/recovery';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { fileOutput } from '../file-output.ts';
import { inputLines } from '../input-lines.ts';
import { withPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { bytesText, shown, wrapped } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

interface Options {
  readonly to?: string;
  readonly zip?: string;
  readonly conflict: Conflict;
  readonly resume?: boolean;
  readonly pathsStdin?: boolean;
}

export function restoreFilesCommand(program: Command): void {
  withRepoOption(program.command('restore-files'))
    .description('restore files and folders into a folder, or as a zip')
    .argument('<point>')
    .argument('[paths...]')
    .option('--paths-stdin', 'read paths from standard input, one a line')
    .option('--to <folder>', 'the folder where they go')
    .option('--zip <file>', 'a zip to make instead; - for standard output')
    .addOption(
      new Option('--conflict <what>', 'what happens to a file that is there already')
        .choices(['rename', 'skip', 'overwrite'])
        .default('rename'),
    )
    .option('--resume', 'go on with an earlier restore into the same folder')
    .action(async (spec: string, given: readonly string[], options: Options, command: Command) => {
      const context = contextOf(command);
      if ((options.to === undefined) === (options.zip === undefined))
        throw new HostkeepError('input/missing-option', { option: 'either --to FOLDER or --zip FILE' });
      await withPoint(context, spec, async ({ point, repository, volumes }) => {
        const paths = options.pathsStdin === true ? [...given, ...(await inputLines(context.readsSecret))] : given;
        if (paths.length === 0) throw new HostkeepError('input/missing-option', { option: 'PATH... or --paths-stdin' });
        const report = await recorded(
          context,
          { kind: 'restore-files', repository: repository.id, subjects: [point.vm] },
          (watch) => restore({ point, volumes, paths, options }, watch),
          ({ skipped }) => (skipped.length > 0 ? 'warning' : 'success'),
        );
        if (options.zip === '-') process.stderr.write(`${reportText(report)}\n`);
        else context.print(report, reportText);
        if (report.skipped.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}

async function restore(
  of: {
    readonly point: RestorePoint;
    readonly volumes: GuestVolumes;
    readonly paths: readonly string[];
    readonly options: Options;
  },
  watch: { readonly onProgress: OnProgress; readonly signal: AbortSignal },
): Promise<RestoredFiles> {
  const { point, volumes, paths, options } = of;
  const { restoreFiles, zipFiles } = await import('#engine/recovery');
  const { conflict, resume = false } = options;
  if (options.to !== undefined)
    return restoreFiles(volumes, paths, { to: options.to, conflict, resume, source: point.id, ...watch });
  return fileOutput(options.zip!, conflict === 'overwrite', (write) => zipFiles(volumes, paths, { write, ...watch }));
}

function reportText(done: RestoredFiles): string {
  const more = [
    ...(done.hardLinks > 0 ? [`${done.hardLinks} hard links`] : []),
    ...(done.symbolicLinks > 0 ? [`${done.symbolicLinks} symbolic links`] : []),
    ...(done.streams > 0 ? [`${done.streams} streams`] : []),
    ...(done.kept > 0 ? [`${done.kept} that were there kept`] : []),
  ];
  return [
    ...done.skipped.flatMap(({ path, reason }) => [
      `not restored: ${shown(path)}`,
      ...wrapped(shown(reason), 76).map((line) => `  ${line}`),
    ]),
    ...done.renamed.flatMap(({ path, to }) => [`renamed: ${shown(path)}`, `  ${shown(to)}`]),
    `Restored ${[`${done.files} files`, `${done.folders} folders`, ...more, bytesText(done.bytes)].join(', ')}.`,
  ].join('\n');
}
