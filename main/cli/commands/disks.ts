import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { withPoint } from '../open-point.ts';
import { bytesText, tableText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function disks(program: Command): void {
  withRepoOption(program.command('disks'))
    .description('disks, partitions and file systems of a restore point')
    .argument('<point>')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ point, volumes }) => {
        const { devicesOf } = await import('#engine/recovery');
        const found = await devicesOf(point, volumes);
        context.print(found, (rows) =>
          [
            tableText(
              ['PATH', 'SIZE', 'FILE SYSTEM', 'NAME'],
              rows.flatMap((device) => [
                [device.path, bytesText(device.sizeBytes), '', device.label],
                ...device.partitions.map((part) => [part.path, bytesText(part.sizeBytes), part.fileSystem, part.name]),
              ]),
            ),
            ...rows.flatMap((device) => (device.note === null ? [] : [`${device.path}: ${device.note}`])),
          ].join('\n'),
        );
      });
    });
}
