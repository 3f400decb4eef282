import type { Command } from 'commander';
import { entryOf, type FileVersion, type FoundFileView, type SearchView } from '#contract';
import { contextOf, type Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { numberOption } from '../numbers.ts';
import { sinceOption } from '../since-option.ts';
import { bytesText, countText, shown, tell, timeText, wrapped } from '../text.ts';
import { loadedBeside } from '../loaded-beside.ts';
import { withRepoOption } from './repo-option.ts';

interface Options {
  readonly vm?: string;
  readonly since?: string;
  readonly history?: boolean;
  readonly limit: number;
  /** False with --no-catalog. */
  readonly catalog: boolean;
}

export function find(program: Command): void {
  withRepoOption(program.command('find'))
    .description('find files of restore points by name: report, *.docx, desktop/*.pdf')
    .argument('<pattern>', 'part of a name; with * or ? a whole name; with / the end of a path')
    .option('--vm <name>', 'of this VM only, by name or id')
    .option('--since <date>', 'only restore points that are not older, as 2026-10-31')
    .option('--history', 'every version, not only the newest')
    .option('--limit <n>', 'how many files at most', numberOption('limit', 1, 100_000), 1000)
    .option('--no-catalog', 'leave out restore points whose files were not listed yet')
    .action(async (pattern: string, options: Options, command: Command) => {
      const context = contextOf(command);
      const since = options.since === undefined ? null : sinceOption(options.since);
      const loading = loadedBeside(() => import('#engine/recovery/search'));
      await context.whileReading(async (repository) => {
        const { findFiles } = await loading.get();
        const found = await findFiles(repository, {
          pattern,
          vm: options.vm ?? null,
          since,
          limit: options.limit,
          catalogue: options.catalog,
          onPoint: ({ vm, id }) => tellListing(context, vm, id),
          signal: context.signal,
        });
        context.print(found, () => foundText(found, options.history === true));
        if (found.unlisted.length > 0) process.exitCode = exitCodes.warning;
      }, loading);
    });
}

/** Listing a point's files takes its time once. */
export function tellListing({ json }: Pick<Context, 'json'>, vm: string, point: string): void {
  if (!json && process.stderr.isTTY) tell(`Listing the files of ${vm}, restore point ${point} ...\n`);
}

function foundText(found: SearchView, history: boolean): string {
  const files = found.files.flatMap((file) => fileText(file, history));
  const left = found.unlisted.map(({ point, vm, code }) => `not searched: ${vm}, restore point ${point}: ${entryOf(code).says}`);
  const volumes = found.unlistedVolumes.map(
    ({ vm, path, kind, code }) => `not searched: ${vm}${path} (${kind}): ${entryOf(code).says}`,
  );
  const sum = `${found.files.length === 0 ? 'Nothing' : found.files.length}${found.more ? ' and more' : ''} found in ${countText(found.points, 'restore point')}.`;
  return [...files, ...[...left, ...volumes, sum].flatMap((line) => wrapped(line, 79))].join('\n');
}

/** The path in a line of its own, so that it can be copied; under it what is known of it. */
function fileText(file: FoundFileView, history: boolean): readonly string[] {
  const gone = file.gone ? ', since gone' : '';
  const versions = history ? file.versions : file.versions.slice(0, 1);
  const more = history || file.versions.length === 1 ? '' : `, ${file.versions.length} versions`;
  return [
    `${shown(file.vm)}  ${shown(file.path)}${file.type === 'folder' ? '/' : ''}`,
    ...versions.map((version, at) => `  ${versionText(version)}${at === 0 ? gone + more : ''}`),
  ];
}

/** Size, time, and the newest restore point that has it. */
export function versionText({ points, sizeBytes, modified, unreadable }: FileVersion): string {
  const newest = points.at(-1)!;
  const times = points.length === 1 ? '' : ` and ${points.length - 1} before`;
  const reason = unreadable === null ? '' : ` (${entryOf(unreadable).says})`;
  return `${bytesText(sizeBytes)}, ${modified === null ? 'no time' : timeText(modified)}, in ${newest.id}${times}${reason}`;
}
