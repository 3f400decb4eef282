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
      await withPoint(context, spec, async ({ point, repository, volumes }) => {
        const { nameFileSystem, openPartition } = await import('#engine/formats/volumes');
        const { openPointDisk } = await import('#engine/recovery');
        const found = [];
        for (const disk of point.disks) {
          const source = await openPointDisk(repository, point, disk.index);
          const partitions = [];
          for (const partition of await volumes.partitions(disk.index)) {
            partitions.push({
              index: partition.index,
              sizeBytes: partition.length,
              name: partition.name,
              fileSystem: await nameFileSystem(openPartition(source, partition)),
            });
          }
          found.push({ index: disk.index, label: disk.label, sizeBytes: disk.sizeBytes, partitions });
        }
        context.print(found, (rows) =>
          tableText(
            ['PATH', 'SIZE', 'FILE SYSTEM', 'NAME'],
            rows.flatMap((disk) => [
              [`/disk${disk.index}`, bytesText(disk.sizeBytes), '', disk.label],
              ...disk.partitions.map((part) => [
                `/disk${disk.index}/part${part.index}`,
                bytesText(part.sizeBytes),
                part.fileSystem,
                part.name,
              ]),
            ]),
          ),
        );
      });
    });
}
