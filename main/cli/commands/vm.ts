import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { bytesText, tableText } from '../text.ts';

export function vm(program: Command): void {
  program
    .command('vm')
    .description('virtual machines')
    .command('list')
    .description('the VMs of the host')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const home = await context.openHome();
      context.print(await home.hypervisor.listVms(), (vms) =>
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
      home.close();
    });
}
