import { Option, type Command } from 'commander';
import { HostkeepError } from '#contract';
import type { RestoreThreads } from '#engine/recovery/restore';
import { contextOf, type Context } from '../context.ts';
import { numberOption } from '../numbers.ts';
import { withRestorePoint } from '../open-point.ts';
import { recorded, watched } from '../recorded-run.ts';
import { printRestore } from '../restore-text.ts';
import { bytesText } from '../text.ts';
import { withHostOption } from './host-option.ts';
import { withThreads } from '../loaded-beside.ts';
import { withRepoOption } from './repo-option.ts';

const formats = ['vhdx', 'raw'] as const;
type DiskFormat = (typeof formats)[number];

interface Options {
  readonly to?: string;
  readonly disk: number;
  readonly format?: DiskFormat;
  readonly replace?: boolean;
  readonly vm?: string;
  readonly vmDisk?: number;
}

export function restoreDiskCommand(program: Command): void {
  withHostOption(withRepoOption(program.command('restore-disk')))
    .description('restore a disk to a VHDX or raw file, or in the place of a VM\u2019s disk')
    .argument('<point>')
    .addOption(new Option('--to <file>', 'the file to make').conflicts(['replace', 'vm', 'vmDisk', 'host']))
    .option('--disk <n>', 'which disk', numberOption('disk', 0, 10_000), 0)
    .addOption(
      new Option(
        '--format <format>',
        'of the file; where it is left out its name says it: .raw and .img are raw, all others vhdx',
      )
        .choices(formats)
        .conflicts('replace'),
    )
    .option('--replace', 'put it in the place of the VM\u2019s disk; the VM must be off, the old disk is kept')
    .option('--vm <vm>', 'with --replace: another VM than the one that was backed up')
    .option(
      '--vm-disk <n>',
      'with --replace: which disk of the VM; otherwise the one of the same number',
      numberOption('vmDisk', 0, 10_000),
    )
    .action(async (spec: string, options: Options, command: Command) => {
      const context = contextOf(command);
      if (options.replace === true) return replace(context, spec, options);
      const { to } = options;
      if (to === undefined) throw new HostkeepError('input/missing-option', { option: '--to FILE or --replace' });
      const format = formatOf(to, options.format);
      await withThreads(restoring, (threads) =>
        withRestorePoint(
          context,
          spec,
          async ({ repository, point }) => {
            const { diskOf } = await import('#engine/repository');
            const { restoreDisk } = await import('#engine/recovery/restore');
            const disk = diskOf(point, options.disk);
            const pool = await threads.get();
            const restored = await recorded(
              context,
              { kind: 'restore-disk', repository: repository.id, subjects: [point.vm] },
              async (watch) => {
                await restoreDisk(repository, point, disk.index, { to, format, pool, ...watch });
                return { file: to, format, sizeBytes: disk.sizeBytes };
              },
            );
            context.print(restored, () => `Restored disk ${disk.index} of ${point.vm}, ${bytesText(disk.sizeBytes)}, to ${to}.`);
          },
          threads,
        ),
      );
    });
}

/** Hyper-V attaches nothing whose name says another format than its bytes. @throws HostkeepError input/invalid */
function formatOf(file: string, asked: DiskFormat | undefined): DiskFormat {
  const named = /\.(vhdx?|avhdx?|raw|img)$/i.exec(file)?.[1]?.toLowerCase();
  const format = asked ?? (named === 'raw' || named === 'img' ? 'raw' : 'vhdx');
  const isWrong = format === 'vhdx' ? named !== undefined && named !== 'vhdx' : named?.includes('vhd') === true;
  if (isWrong)
    throw new HostkeepError('input/invalid', { to: file, why: `the file would hold ${format}, not what its name says` });
  return format;
}

const restoring = {
  start: async () => (await import('#engine/recovery/restore')).restoreThreads(),
  end: (threads: RestoreThreads) => threads.terminate(),
};

function replace(context: Context, spec: string, options: Options): Promise<void> {
  return withRestorePoint(context, spec, async ({ repository, point }) => {
    const { restoreDiskToHost } = await import('#engine/recovery');
    const { diskOf } = await import('#engine/repository');
    const { pickVm } = await import('#engine/backup');
    const pointDisk = diskOf(point, options.disk).index;
    const outcome = await context.withHost(async ({ record, hypervisor, restorer }, home) => {
      const vm = pickVm(await hypervisor.listVms(), options.vm ?? point.vmId ?? point.vm);
      const run = context.runId ?? home.newRunId();
      const of = { repository, point, hypervisor, restorer, hostName: record.name, journal: home.journal, run };
      const disk = options.vmDisk ?? pointDisk;
      const wantedDisk = { vmId: vm.id, disk, pointDisk };
      return watched(context, { state: home.state, run }, (watch) => restoreDiskToHost({ ...of, ...watch }, wantedDisk));
    });
    printRestore(context, outcome);
  });
}
