/** Drills on a schedule: made, changed, listed, paused and deleted. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { drillDefinitionSchema, HostkeepError, parseInput, type Drill, type DrillInput } from '#contract';
import type { Home } from '#service';
import type { DrillBook } from '#service/drill';
import { contextOf, type Context } from '../context.ts';
import { drillText, whenDrillText } from '../drill-text.ts';
import { lacksOf, tellLacks } from '../lacks.ts';
import { savePassphrase } from '../save-passphrase.ts';
import { tableText } from '../text.ts';
import { inHome } from '../with-home.ts';
import { withPlaceOptions, type PlaceFlags } from './drill-options.ts';
import { withHostOption } from './host-option.ts';
import { defined, jobChange, withStartOptions, type JobFlags } from './job-options.ts';

/** What `drill edit` can take back is false then. */
interface DrillFlags extends JobFlags, Omit<PlaceFlags, 'switch' | 'listen' | 'keyFile'> {
  readonly name?: string;
  readonly savePassphrase?: boolean;
  readonly switch?: string | false;
  readonly listen?: string | false;
  readonly keyFile?: string | false;
}

export function planned(group: Command): void {
  createCommand(group);
  editCommand(group);
  listCommand(group);
  showCommand(group);
  pauseCommand(group);
  deleteCommand(group);
}

function withDrillOptions(command: Command, usualWait?: number): Command {
  return withStartOptions(
    withPlaceOptions(withHostOption(command), usualWait)
      .option('--repo <folder>', 'the repository (HOSTKEEP_REPO)')
      .option('--all', 'all VMs that have restore points')
      .option('--vm <names...>', 'VMs by name or id')
      .option('--passphrase-file <file>', 'where the passphrase of the repository is, on a machine without a keystore')
      .option('--save-passphrase', 'keep the passphrase of the repository in the keystore of this account'),
  );
}

function createCommand(group: Command): void {
  withDrillOptions(group.command('create'), 600)
    .description('a drill on a schedule: the newest restore point of each VM, one after the other')
    .argument('<name>')
    .action(async (name: string, flags: DrillFlags, command: Command) => {
      const context = contextOf(command);
      if (flags.folder === undefined) throw new HostkeepError('input/missing-option', { option: '--folder DIR' });
      const change = drillChange({ ...flags, repo: flags.repo ?? context.repositoryFolder() });
      const made = await inBook(context, async (book, home) => {
        const host = change.host ?? home.hosts.select(undefined).name;
        const usual = { vms: [], switch: null, listen: null, keyFile: null, ...jobChange({ manual: true }) };
        // Before there is a drill: one that could not be saved would be half of what was asked for.
        if (flags.savePassphrase === true) await savePassphrase(context, change.repository!.path);
        const drill = await book.create(parseInput(drillDefinitionSchema, { ...usual, ...change, name, host }));
        return { drill, lacks: await drillLacks(drill, home) };
      });
      context.print(made.drill, (one) => `${drillText(one)}\nStart it by hand with: hostkeep job run "${one.name}"`);
      tellLacks(made.lacks);
    });
}

function editCommand(group: Command): void {
  withDrillOptions(group.command('edit'))
    .description('change what is given; the rest stays, and so do its records')
    .argument('<drill>')
    .option('--name <name>', 'a new name')
    .option('--no-switch', 'no network again')
    .option('--no-listen', 'loopback again')
    .option('--no-key-file', 'the key of the keystore again')
    .option('--no-passphrase-file', 'the passphrase of the keystore again')
    .action(async (spec: string, flags: DrillFlags, command: Command) => {
      const context = contextOf(command);
      const edited = await inBook(context, async (book, home) => {
        const { id, paused: _, ...before } = book.find(spec);
        const change = drillChange(flags, before);
        if (flags.savePassphrase === true) await savePassphrase(context, change.repository?.path ?? before.repository.path);
        const drill = await book.edit(id, parseInput(drillDefinitionSchema, { ...before, ...change }));
        return { drill, lacks: await drillLacks(drill, home) };
      });
      context.print(edited.drill, drillText);
      tellLacks(edited.lacks);
    });
}

/** What the flags say of a drill; nothing that was not given. @throws HostkeepError input/invalid */
function drillChange(flags: DrillFlags, before: Partial<DrillInput> = {}): Partial<DrillInput> {
  const { host, repository, schedule, selection } = jobChange(flags, before);
  const { keyFile } = flags;
  return defined({
    name: flags.name,
    host,
    repository,
    schedule,
    vms: selection === undefined ? undefined : selection.kind === 'chosen' ? selection.vms : [],
    folder: flags.folder,
    switch: flags.switch === false ? null : flags.switch,
    listen: flags.listen === false ? null : flags.listen,
    waitSeconds: flags.wait,
    // What is kept is found from any folder.
    keyFile: keyFile === false ? null : keyFile === undefined ? undefined : resolve(keyFile),
  });
}

/** Why the drill could not begin, had it to run now: it could not open its repository, or not sign. */
async function drillLacks(drill: Drill, { secrets }: Home) {
  const [{ refuseClosedRepository }, { drillKey }, { publicDrillKey }] = await Promise.all([
    import('#service'),
    import('#service/drill'),
    import('#engine/recovery'),
  ]);
  return lacksOf(
    () => refuseClosedRepository(drill, secrets),
    async () => publicDrillKey(await drillKey(secrets, drill.keyFile)),
  );
}

function listCommand(group: Command): void {
  group
    .command('list')
    .description('all drills')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const all = await inBook(context, async (book) => book.list());
      context.print(all, (drills) =>
        tableText(
          ['ID', 'NAME', 'HOST', 'VMS', 'WHEN'],
          drills.map((one) => [one.id, one.name, one.host, one.vms.join(' ') || 'all', whenDrillText(one)]),
          'No drill yet. `hostkeep drill create` makes one.',
        ),
      );
    });
}

function showCommand(group: Command): void {
  group
    .command('show')
    .description('one drill, whole')
    .argument('<drill>')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      context.print(await inBook(context, async (book) => book.find(spec)), drillText);
    });
}

function pauseCommand(group: Command): void {
  group
    .command('pause')
    .description('start a drill no more by its schedule; by hand it still runs')
    .argument('<drill>')
    .option('--resume', 'let it go on')
    .action(async (spec: string, options: { resume?: boolean }, command: Command) => {
      const context = contextOf(command);
      const paused = options.resume !== true;
      const { id, name } = await inBook(context, (book) => book.pause(spec, paused));
      context.print({ drill: id, paused }, () => `${name}: ${paused ? 'paused' : 'goes on'}.`);
    });
}

function deleteCommand(group: Command): void {
  group
    .command('delete')
    .description('delete a drill; its records stay')
    .argument('<drill>')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const gone = await inBook(context, (book) => book.remove(spec));
      context.print({ deleted: gone.id }, () => `Deleted the drill ${gone.name}. Its records stay.`);
    });
}

async function inBook<Result>(context: Context, act: (book: DrillBook, home: Home) => Promise<Result>): Promise<Result> {
  const [{ systemClock }, { withDrillBook }] = await Promise.all([import('#service'), import('#service/drill')]);
  return inHome(context, (home) =>
    withDrillBook(
      home,
      () => systemClock.now(),
      (book) => act(book, home),
    ),
  );
}
