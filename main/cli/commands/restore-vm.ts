import { Option, type Command } from 'commander';
import { HostkeepError } from '#contract';
import { contextOf, type Context } from '../context.ts';
import { withPoint } from '../open-point.ts';
import { recorded, watched } from '../recorded-run.ts';
import { printRestore } from '../restore-text.ts';
import { withHostOption } from './host-option.ts';
import { withRepoOption } from './repo-option.ts';

interface Options {
  readonly to?: string;
  readonly host?: string;
  readonly folder?: string;
  readonly name?: string;
  readonly newIdentity?: boolean;
  readonly disconnectNetwork?: boolean;
  readonly start?: boolean;
  readonly rebuild?: boolean;
  readonly replaceVm?: boolean;
}

/** What is asked of a host. */
const ofHost = ['folder', 'host', 'name', 'newIdentity', 'disconnectNetwork', 'start', 'rebuild', 'replaceVm'];

export function restoreVmCommand(program: Command): void {
  withHostOption(withRepoOption(program.command('restore-vm')))
    .description('restore a whole VM: to a folder, or back onto a host')
    .argument('<point>')
    .addOption(new Option('--to <folder>', 'only its files: the VM gets a folder of its own in it').conflicts(ofHost))
    .option('--folder <folder>', 'a folder on the host: the VM is made there')
    .option('--name <name>', 'another name for the VM on the host')
    .option('--new-identity', 'a new VM beside the old one')
    .option('--disconnect-network', 'connect none of its network adapters')
    .option('--start', 'start it when it is there')
    .option('--rebuild', 'make it anew from what was noted, without the files of Hyper-V')
    .option('--replace-vm', 'take the place of the VM that is there; it must be off, its disks are kept')
    .action(async (spec: string, options: Options, command: Command) => {
      const context = contextOf(command);
      if (options.to !== undefined) return toFolder(context, spec, options.to);
      if (options.folder === undefined) throw new HostkeepError('input/missing-option', { option: '--to DIR or --folder DIR' });
      return toHost(context, spec, { ...options, folder: options.folder });
    });
}

function toFolder(context: Context, spec: string, to: string): Promise<void> {
  return withPoint(context, spec, async ({ repository, point }) => {
    const { restoreVm } = await import('#engine/recovery');
    const restored = await recorded(context, { kind: 'restore-vm', repository: repository.id, subjects: [point.vm] }, (watch) =>
      restoreVm(repository, point, { to, ...watch }),
    );
    context.print(restored, ({ folder, files }) =>
      [`Restored ${point.vm} to ${folder}:`, ...files.map((file) => `  ${file}`)].join('\n'),
    );
  });
}

function toHost(context: Context, spec: string, options: Options & { readonly folder: string }): Promise<void> {
  return withPoint(context, spec, async ({ repository, point }) => {
    const { restoreVmToHost } = await import('#engine/recovery');
    const wanted = {
      folder: options.folder,
      name: options.name ?? null,
      newIdentity: options.newIdentity === true,
      rebuild: options.rebuild === true,
      replaceExisting: options.replaceVm === true,
      disconnectNetwork: options.disconnectNetwork === true,
      start: options.start === true,
    };
    const outcome = await context.withHost(({ record, hypervisor, restorer }, home) => {
      const run = context.runId ?? home.newRunId();
      const of = { repository, point, hypervisor, restorer, hostName: record.name, journal: home.journal, run };
      return watched(context, { state: home.state, run }, (watch) => restoreVmToHost({ ...of, ...watch }, wanted));
    });
    printRestore(context, outcome);
  });
}
