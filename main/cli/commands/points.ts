import type { Command } from 'commander';
import type { PointSummary, RestorePoint } from '#contract';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { bytesText, tableText, timeText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function points(program: Command): void {
  withRepoOption(program.command('points'))
    .description('restore points of a repository')
    .option('--vm <name>', 'of this VM only, by name or id')
    .action(async (options: { vm?: string }, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { listPoints } = await import('#engine/repository');
        const listed = await listPoints(repository);
        const wanted = listed.points.filter(
          ({ vm, vmId }) =>
            options.vm === undefined || [vm, vmId].some((one) => one?.toLowerCase() === options.vm!.toLowerCase()),
        );
        context.print(wanted.map(summaryOf), (rows) =>
          tableText(
            ['ID', 'TIME', 'CONSISTENCY', 'STORED', 'VM'],
            rows.map((row) => [row.id, timeText(Date.parse(row.time)), row.consistency, bytesText(row.storedBytes), row.vm]),
          ),
        );
        for (const damaged of listed.damaged) process.stderr.write(`${damaged.id}: ${damaged.error.message}\n`);
        if (listed.damaged.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}

function summaryOf(point: RestorePoint): PointSummary {
  return {
    id: point.id,
    vm: point.vm,
    vmId: point.vmId,
    time: new Date(point.time).toISOString(),
    consistency: point.consistency,
    disks: point.disks.map(({ index, sizeBytes }) => ({ index, sizeBytes })),
    storedBytes: point.disks.reduce((sum, disk) => sum + disk.newBytes, 0),
    readBytes: point.disks.reduce((sum, disk) => sum + disk.readBytes, 0),
    skippedBytes: point.disks.reduce((sum, disk) => sum + (disk.skipped?.notReadBytes ?? 0), 0),
  };
}
