import type { Command } from 'commander';
import { entryOf, type FileHistoryView } from '#contract';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { shown, timeText, wrapped } from '../text.ts';
import { tellListing, versionText } from './find.ts';
import { withRepoOption } from './repo-option.ts';

export function history(program: Command): void {
  withRepoOption(program.command('history'))
    .description('the versions of a file over all restore points of its VM')
    .argument('<point>')
    .argument('<path>')
    .option('--no-catalog', 'leave out restore points whose files were not listed yet')
    .action(async (spec: string, path: string, options: { catalog: boolean }, command: Command) => {
      const context = contextOf(command);
      await context.whileReading(async (repository) => {
        const [{ findPoint }, { historyOf }] = await Promise.all([
          import('#engine/repository'),
          import('#engine/recovery/search'),
        ]);
        const point = await findPoint(repository, spec);
        const found = await historyOf(repository, {
          point,
          path,
          catalogue: options.catalog,
          onPoint: ({ vm, id }) => tellListing(context, vm, id),
          signal: context.signal,
        });
        context.print(found, historyText);
        if (found.unlisted.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}

function historyText({ vm, path, versions, absent, unlisted }: FileHistoryView): string {
  return [
    `${shown(vm)}  ${shown(path)}`,
    ...versions.flatMap((version) => [
      `  ${versionText(version)}`,
      `    ${version.points.length === 1 ? 'on' : 'from'} ${timeText(version.points[0]!.time)}${version.points.length === 1 ? '' : ` to ${timeText(version.points.at(-1)!.time)}`}`,
    ]),
    ...(absent.length === 0 ? [] : [`Not in ${absent.length} other restore points.`]),
    ...unlisted.flatMap(({ point, code }) => wrapped(`not searched: restore point ${point}: ${entryOf(code).says}`, 79)),
  ].join('\n');
}
