import type { Command } from 'commander';
import { HostkeepError } from '#contract';
import { askSecret } from '../ask-secret.ts';
import { contextOf } from '../context.ts';
import { bytesText, tableText } from '../text.ts';
import { withHostOption } from './host-option.ts';

export function vm(program: Command): void {
  const group = program.command('vm').description('virtual machines');
  credential(group);
  withHostOption(group.command('list'))
    .description('the VMs of the host')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const listed = await context.withHost(({ hypervisor }) => hypervisor.listVms());
      context.print(listed, (vms) =>
        tableText(
          ['NAME', 'STATE', 'GUEST', 'CONSISTENCY', 'DISKS', 'SIZE'],
          vms.map((one) => [
            one.name,
            one.state,
            one.guestOs,
            one.reachable,
            String(one.disks.length),
            bytesText(one.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0)),
          ]),
        ),
      );
    });
}

function credential(group: Command): void {
  withHostOption(group.command('credential'))
    .description('who may ask the guest for its writers and histories, through PowerShell Direct; optional')
    .argument('<vm>', 'name or id')
    .option('--user <user>', 'an administrator of the guest, as NAME or DOMAIN\\NAME; the password is asked for')
    .option('--remove', 'forget them')
    .action(async (spec: string, options: { user?: string; remove?: boolean }, command: Command) => {
      const context = contextOf(command);
      if (options.user === undefined && options.remove !== true)
        throw new HostkeepError('input/missing-option', { option: '--user NAME or --remove' });
      const done = await context.withHost(async ({ hypervisor }, home) => {
        const { guestCredentials } = await import('#service');
        const guests = guestCredentials(home.secrets);
        const wanted = spec.toLowerCase();
        const found = (await hypervisor.listVms()).filter((vm) => vm.id === wanted || vm.name.toLowerCase() === wanted);
        if (found.length > 1) throw new HostkeepError('input/ambiguous', { vm: spec, ids: found.map((vm) => vm.id) });
        if (found[0] === undefined) throw new HostkeepError('host/vm-not-found', { vm: spec });
        const { id, name } = found[0];
        if (options.user === undefined) await guests.remove(id);
        else await guests.set(id, { user: options.user, password: await guestPassword() });
        return { vm: name, id, user: options.user ?? null };
      });
      context.print(done, ({ vm, user }) =>
        user === null ? `Nobody asks ${vm} any more.` : `${vm} is asked as ${user}; see hostkeep host check.`,
      );
    });
}

async function guestPassword(): Promise<string> {
  const given = process.env['HOSTKEEP_GUEST_PASSWORD'];
  return given !== undefined && given !== '' ? given : askSecret('Password in the guest: ', 'HOSTKEEP_GUEST_PASSWORD');
}
