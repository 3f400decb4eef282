import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { bytesText, tableText } from '../text.ts';
import { withHostOption } from './host-option.ts';

export function vm(program: Command): void {
  const group = program.command('vm').description('virtual machines');
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
