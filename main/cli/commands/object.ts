import { Argument, type Command } from 'commander';
import { HostkeepError, type DamageView, type ObjectSetView } from '#contract';
import type { Conflict, RestoredFiles } from '#engine/recovery';
import { contextOf, type Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { numberOption } from '../numbers.ts';
import { damageText, eventsText, keyText, objectText, setText } from '../object-text.ts';
import { withPoint, type OpenedPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { restoredText } from '../restored-files-text.ts';
import { sinceOption } from '../since-option.ts';
import { tellStale, withObject } from '../with-object.ts';
import { withConflictOption } from './conflict-option.ts';
import { exportKey } from './object-export.ts';
import { withRepoOption } from './repo-option.ts';
import { tell } from '../text.ts';

export function object(program: Command): void {
  const objects = program
    .command('object')
    .description('objects inside files of a restore point: registry hives, event logs, databases');
  show(objects);
  keys(objects);
  exportKey(objects);
  events(objects);
  restoreSet(objects);
}

function show(program: Command): void {
  withRepoOption(program.command('show'))
    .description('what a hive, event log, SQL Server or ESE database is: state, version, size')
    .argument('<point>')
    .argument('<path>')
    .action(async (spec: string, path: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await withObject(context, { spec, path }, async (file) => {
        const { describeObject } = await import('#engine/recovery/objects');
        context.print(await describeObject(file), objectText);
      });
    });
}

function keys(program: Command): void {
  withRepoOption(program.command('keys'))
    .description('keys and values of a registry hive')
    .argument('<point>')
    .argument('<hive>', '/disk0/part2/Windows/System32/config/SYSTEM, for example')
    .addArgument(new Argument('[key]', 'ControlSet001\\Services, for example').default('', 'the root'))
    .option('--limit <n>', 'how many keys and values at most', numberOption('limit', 1, 1_000_000), 1000)
    .action(async (spec: string, path: string, key: string, options: { limit: number }, command: Command) => {
      const context = contextOf(command);
      await withObject(context, { spec, path }, async (file) => {
        const { listHiveKey } = await import('#engine/recovery/objects');
        const found = await listHiveKey(file, { key, limit: options.limit, signal: context.signal });
        context.print(found, keyText);
        tellDamage(found.damage);
        if (found.stale) tellStale();
      });
    });
}

interface EventOptions {
  readonly since?: string;
  readonly id?: readonly number[];
  readonly level?: number;
  readonly count: number;
  readonly xml?: boolean;
}

const levelNames = ['critical', 'error', 'warning', 'information', 'verbose'];

function events(program: Command): void {
  const oneId = numberOption('id', 0, 65_535);
  withRepoOption(program.command('events'))
    .description('events of a Windows event log (.evtx), newest first')
    .argument('<point>')
    .argument('<path>', '/disk0/part2/Windows/System32/winevt/Logs/System.evtx, for example')
    .option('--since <date>', 'only events that are not older, as 2026-10-31')
    .option('--id <ids...>', 'only events of these ids', (text, before: readonly number[] | undefined) => [
      ...(before ?? []),
      oneId(text),
    ])
    .option('--level <level>', `only events as bad as this or worse: ${levelNames.join(', ')}`, levelOption)
    .option('--count <n>', 'how many events at most', numberOption('count', 1, 1_000_000), 100)
    .option('--xml', 'each event whole, as XML')
    .action(async (spec: string, path: string, options: EventOptions, command: Command) => {
      const context = contextOf(command);
      const since = options.since === undefined ? null : sinceOption(options.since);
      await withObject(context, { spec, path }, async (file) => {
        const { listEvents } = await import('#engine/recovery/objects');
        const { id: ids = null, level = null, count, xml = false } = options;
        const found = await listEvents(file, { since, ids, level, count, xml, signal: context.signal });
        context.print(found, eventsText);
        tellDamage(found.damage);
      });
    });
}

interface RestoreOptions {
  readonly to?: string;
  readonly also?: readonly string[];
  readonly conflict: Conflict;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
}

function restoreSet(program: Command): void {
  withConflictOption(withRepoOption(program.command('restore')))
    .description('restore a database or hive with all files that belong to it, and say whether they are complete')
    .argument('<point>')
    .argument('<path>', 'one file of the set: .mdf, .edb, ntds.dit, SYSTEM ...')
    .option('--to <folder>', 'the folder where they go')
    .option('--also <folders...>', 'folders of the restore point where parts of the set lie too, its logs for example')
    .option('--resume', 'go on with an earlier restore into the same folder')
    .option('--dry-run', 'only say what the set is')
    .action(async (spec: string, path: string, options: RestoreOptions, command: Command) => {
      const context = contextOf(command);
      if (options.to === undefined && options.dryRun !== true)
        throw new HostkeepError('input/missing-option', { option: '--to FOLDER or --dry-run' });
      await withPoint(context, spec, async (opened) => {
        const { findSet, objectFile, objectFolder } = await import('#engine/recovery/objects');
        const file = await objectFile(opened.volumes, path);
        const also = await Promise.all((options.also ?? []).map((folder) => objectFolder(opened.volumes, folder)));
        const set = await findSet({ file, also, signal: context.signal });
        const restored = options.dryRun === true ? null : await restoreFound(context, opened, { set, options });
        context.print({ set, restored }, () =>
          [setText(set), ...(restored === null ? [] : ['', restoredText(restored)])].join('\n'),
        );
        if (set.state === 'incomplete' || (restored?.skipped.length ?? 0) > 0) process.exitCode = exitCodes.warning;
      });
    });
}

function restoreFound(
  context: Context,
  { point, repository, volumes }: OpenedPoint,
  { set, options }: { readonly set: ObjectSetView; readonly options: RestoreOptions },
): Promise<RestoredFiles> {
  const { conflict, resume = false } = options;
  return recorded(
    context,
    { kind: 'restore-files', repository: repository.id, subjects: [point.vm] },
    async (watch) => {
      const { restoreFiles } = await import('#engine/recovery');
      const paths = set.files.map((one) => one.path);
      return restoreFiles(volumes, paths, { to: options.to!, conflict, resume, source: point.id, ...watch });
    },
    ({ skipped }) => (skipped.length > 0 ? 'warning' : 'success'),
  );
}

/** @throws HostkeepError input/invalid */
function levelOption(text: string): number {
  const level = levelNames.indexOf(text.toLowerCase());
  if (level === -1) throw new HostkeepError('input/invalid', { level: text, why: levelNames.join(', ') });
  return level + 1;
}

function tellDamage(damage: readonly DamageView[]): void {
  if (damage.length === 0) return;
  tell(damageText(damage));
  process.exitCode = exitCodes.warning;
}
