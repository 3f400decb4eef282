import type { Command } from 'commander';
import { entryOf, type BigView } from '#contract';
import { contextOf } from '../context.ts';
import { numberOption } from '../numbers.ts';
import { bytesText, shown, tableText, wrapped } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

export function big(program: Command): void {
  withRepoOption(program.command('big'))
    .description('what made a backup big: the files in which most changed')
    .argument('<point>')
    .option('--limit <n>', 'how many files at most', numberOption('limit', 1, 100_000), 20)
    .action(async (spec: string, options: { limit: number }, command: Command) => {
      const context = contextOf(command);
      await context.whileReading(async (repository) => {
        const [{ findPoint }, { changesOf }] = await Promise.all([
          import('#engine/repository'),
          import('#engine/recovery/search'),
        ]);
        const point = await findPoint(repository, spec);
        context.print(await changesOf(repository, point, { limit: options.limit, signal: context.signal }), bigText);
      });
    });
}

function bigText({ since, changedBytes, storedBytes, files, volumes }: BigView): string {
  const against = since === null ? 'Everything is new' : `Since restore point ${since}`;
  return [
    ...wrapped(`${against}: ${bytesText(changedBytes)} of the disks, stored as ${bytesText(storedBytes)}.`, 79),
    ...(files.length === 0
      ? []
      : [
          tableText(
            ['CHANGED', 'SIZE', 'FILE'],
            files.map((file) => [bytesText(file.changedBytes), bytesText(file.sizeBytes), shown(file.path)]),
          ),
        ]),
    ...volumes.flatMap(({ path, changedBytes: all, inFilesBytes, unreadable }) =>
      unreadable === null
        ? [`${path}: ${bytesText(all)}, of it ${bytesText(inFilesBytes)} in files`]
        : wrapped(`${path}: ${bytesText(all)}; its files cannot be told: ${entryOf(unreadable).says}`, 79),
    ),
  ].join('\n');
}
