import { Option, type Command } from 'commander';
import { HostkeepError, type OnProgress, type RestorePoint } from '#contract';
import type { Conflict, GuestVolumes, RestoredFiles } from '#engine/recovery';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { fileOutput } from '../file-output.ts';
import { inputLines } from '../input-lines.ts';
import { withPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { restoredText } from '../restored-files-text.ts';
import { withConflictOption } from './conflict-option.ts';
import { withHostOption } from './host-option.ts';
import { withRepoOption } from './repo-option.ts';
import { tell } from '../text.ts';

interface Options {
  readonly to?: string;
  readonly zip?: string;
  readonly conflict: Conflict;
  readonly resume?: boolean;
  readonly pathsStdin?: boolean;
  readonly intoVm?: string;
  readonly guestFolder?: string;
}

export function restoreFilesCommand(program: Command): void {
  withConflictOption(withHostOption(withRepoOption(program.command('restore-files'))))
    .description('restore files and folders into a folder, as a zip, or into a running guest')
    .argument('<point>')
    .argument('[paths...]')
    .option('--paths-stdin', 'read paths from standard input, one a line')
    .option('--to <folder>', 'the folder where they go')
    .option('--zip <file>', 'a zip to make instead; - for standard output')
    .option('--into-vm <vm>', 'instead, a VM that runs on the host: into its guest, by name or id')
    .option('--guest-folder <folder>', 'with --into-vm, the folder in the guest: C:\\Restored, for example')
    .addOption(new Option('--resume', 'go on with an earlier restore into the same folder').conflicts(['zip', 'intoVm']))
    .action(async (spec: string, given: readonly string[], options: Options, command: Command) => {
      const context = contextOf(command);
      const targets = [options.to, options.zip, options.intoVm].filter((one) => one !== undefined);
      if (targets.length !== 1)
        throw new HostkeepError('input/missing-option', { option: 'one of --to FOLDER, --zip FILE and --into-vm VM' });
      if ((options.intoVm === undefined) !== (options.guestFolder === undefined))
        throw new HostkeepError('input/missing-option', { option: '--into-vm VM together with --guest-folder DIR' });
      await withPoint(context, spec, async ({ point, repository, volumes }) => {
        const paths = options.pathsStdin === true ? [...given, ...(await inputLines(context.readsSecret))] : given;
        if (paths.length === 0) throw new HostkeepError('input/missing-option', { option: 'PATH... or --paths-stdin' });
        if (options.intoVm !== undefined) {
          const { restoreFilesIntoVm } = await import('../restore-into-vm.ts');
          return restoreFilesIntoVm(
            context,
            { point, repository, volumes },
            { ...options, vm: options.intoVm, folder: options.guestFolder!, paths },
          );
        }
        const report = await recorded(
          context,
          { kind: 'restore-files', repository: repository.id, subjects: [point.vm] },
          (watch) => restore({ point, volumes, paths, options }, watch),
          ({ skipped }) => (skipped.length > 0 ? 'warning' : 'success'),
        );
        if (options.zip === '-') tell(`${restoredText(report)}\n`);
        else context.print(report, restoredText);
        await tellSets(volumes, paths);
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

/** Of databases that were restored by themselves: what belongs to them. To standard error: it is advice. */
async function tellSets(volumes: GuestVolumes, paths: readonly string[]): Promise<void> {
  for (const path of paths.filter((one) => /\.(mdf|ndf|ldf|edb|dit)$/i.test(one)).slice(0, 20)) {
    const { setAdvice } = await import('../set-advice.ts');
    const advice = await setAdvice(volumes, path, paths);
    if (advice !== undefined) tell(`${advice}\n`);
  }
}
