import type { Command } from 'commander';
import type { EvidenceSummary, PointSummary, RestorePoint } from '#contract';
import { contextOf } from '../context.ts';
import { evidenceWord } from '../evidence-text.ts';
import { exitCodes } from '../failure.ts';
import { bytesText, tableText, tell, timeText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function points(program: Command): void {
  withRepoOption(program.command('points'))
    .description('restore points of a repository')
    .option('--vm <name>', 'of this VM only, by name or id')
    .action(async (options: { vm?: string }, command: Command) => {
      const context = contextOf(command);
      await context.withRepository(async (repository) => {
        const { latestEvidence, listedEvidence, listPoints } = await import('#engine/repository');
        const [listed, reports] = await Promise.all([listPoints(repository), listedEvidence(repository)]);
        const evidence = latestEvidence(reports);
        const wanted = listed.points.filter(
          ({ vm, vmId }) =>
            options.vm === undefined || [vm, vmId].some((one) => one?.toLowerCase() === options.vm!.toLowerCase()),
        );
        const summaries = wanted.map((point) => summaryOf(point, evidence.get(point.id) ?? null));
        context.print(summaries, (rows) =>
          tableText(
            ['ID', 'TIME', 'CONSISTENCY', 'STORED', 'VERIFIED', 'VM'],
            rows.map((row) => [
              row.id,
              timeText(Date.parse(row.time)),
              row.consistency,
              bytesText(row.storedBytes),
              evidenceWord(row.evidence),
              row.vm,
            ]),
            options.vm === undefined
              ? 'No restore point yet. `hostkeep backup` makes one.'
              : `No restore point of ${options.vm}. \`hostkeep points\` lists those of all VMs.`,
          ),
        );
        for (const damaged of listed.damaged) tell(`${damaged.id}: ${damaged.error.message}\n`);
        if (listed.damaged.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}

function summaryOf(point: RestorePoint, evidence: EvidenceSummary | null): PointSummary {
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
    evidence,
  };
}
