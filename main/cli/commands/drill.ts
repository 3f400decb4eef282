import { resolve } from 'node:path';
import type { Command } from 'commander';
import { drillDefinitionSchema, HostkeepError, parseInput, type DrillReport } from '#contract';
import type { Home } from '#service';
import type { DrillBook } from '#service/drill';
import { contextOf, hostPassword, type Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { readGivenFile } from '../given-file.ts';
import { numberOption } from '../numbers.ts';
import { withServedPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { scheduleText } from '../schedule-text.ts';
import { durationText, shown, tableText, timeText, wrapped } from '../text.ts';
import { ownVersion } from '../version.ts';
import { inHome, withHome } from '../with-home.ts';
import { withHostOption } from './host-option.ts';
import { jobChange, type JobFlags } from './job-options.ts';
import { withRepoOption } from './repo-option.ts';

interface PlaceFlags {
  readonly folder?: string;
  readonly switch?: string;
  readonly listen?: string;
  readonly wait: number;
  readonly keyFile?: string;
}

export function drill(program: Command): void {
  const group = program
    .command('drill')
    .description('start restore points for a trial, judge them, take them away, and sign what was seen');
  runCommand(group);
  createCommand(group);
  listCommand(group);
  pauseCommand(group);
  deleteCommand(group);
  keyCommand(group);
  checkCommand(group);
}

function withPlaceOptions(command: Command): Command {
  return command
    .option('--folder <folder>', 'a folder on the host')
    .option('--switch <name>', 'an isolated switch for its adapters; otherwise they are disconnected')
    .option('--listen <address:port>', 'an address of this computer that the host reaches; loopback where it is the host itself')
    .option('--wait <seconds>', 'how long to wait for the heartbeat', numberOption('wait', 1, 86_400), 600)
    .option('--key-file <file>', 'the key that signs, as PEM, where the computer has no keystore');
}

function runCommand(group: Command): void {
  withPlaceOptions(withHostOption(withRepoOption(group.command('run'))))
    .description('one restore point now')
    .argument('<point>')
    .action(async (spec: string, options: PlaceFlags, command: Command) => {
      const context = contextOf(command);
      const { folder, wait } = options;
      if (folder === undefined) throw new HostkeepError('input/missing-option', { option: '--folder DIR' });
      const { ownProgram } = await import('#service');
      const { drillKey, tryPoint } = await import('#service/drill');
      await withServedPoint(context, spec, async (served) => {
        const { repository, point } = served;
        const of = { kind: 'drill', repository: repository.id, subjects: [point.vm] } as const;
        const results = { passed: 'success', unclear: 'warning', failed: 'failed' } as const;
        const done = await recorded(
          context,
          of,
          async (watch, carried) => {
            const key = await drillKey(carried.home.secrets, options.keyFile ?? null);
            const place = { folder, network: options.switch ?? null, listen: options.listen ?? null, waitMs: wait * 1000 };
            return context.withHost((host) =>
              tryPoint(
                { ...carried, ...watch, host, program: ownProgram },
                { ...served, key, by: `hostkeep ${ownVersion()}`, ...place },
              ),
            );
          },
          ({ verdict }) => results[verdict],
        );
        context.print(done, reportText);
        process.exitCode = exitOf([done]);
      });
    });
}

function createCommand(group: Command): void {
  withPlaceOptions(withHostOption(group.command('create')))
    .description('a drill on a schedule: the newest restore point of each VM, one after the other')
    .argument('<name>')
    .option('--repo <folder>', 'the repository (HOSTKEEP_REPO)')
    .option('--vm <names...>', 'VMs by name or id; otherwise all that have restore points')
    .option('--passphrase-file <file>', 'where the passphrase of the repository is, on a machine without a keystore')
    .option('--manual', 'no schedule')
    .option('--every <hours>', 'every N hours, counted from the first --at')
    .option('--daily', 'every day, at each --at')
    .option('--weekly <days...>', 'on these days of the week, at each --at')
    .option('--monthly <day>', '1 to 28, last, or such as "last friday" or "2 tuesday"; at each --at')
    .option('--at <times...>', 'times of day, HH:MM')
    .option('--time-zone <zone>', 'such as Europe/Vienna; this computer\u2019s when left out')
    .action(async (name: string, flags: JobFlags & PlaceFlags, command: Command) => {
      const context = contextOf(command);
      const { folder, vm } = flags;
      if (folder === undefined) throw new HostkeepError('input/missing-option', { option: '--folder DIR' });
      const { repository, schedule } = jobChange({ ...flags, repo: flags.repo ?? context.repositoryFolder() });
      const made = await inBook(context, (book, home) =>
        book.create(
          parseInput(drillDefinitionSchema, {
            name,
            host: flags.host ?? home.hosts.select(undefined).name,
            vms: [...(vm ?? [])],
            repository,
            folder,
            switch: flags.switch ?? null,
            listen: flags.listen ?? null,
            waitSeconds: flags.wait,
            keyFile: flags.keyFile === undefined ? null : resolve(flags.keyFile),
            schedule: schedule ?? jobChange({ manual: true }).schedule,
          }),
        ),
      );
      context.print(made, (one) => `Made the drill ${one.name}. Start it by hand with: hostkeep job run "${one.name}"`);
    });
}

function listCommand(group: Command): void {
  group
    .command('list')
    .description('all drills')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const all = await inBook(context, async (book) => book.list());
      context.print(all, (drills) =>
        drills.length === 0
          ? 'There are no drills.'
          : tableText(
              ['ID', 'NAME', 'HOST', 'VMS', 'WHEN'],
              drills.map((one) => [
                one.id,
                one.name,
                one.host,
                one.vms.join(' ') || 'all',
                one.paused ? `paused (${scheduleText(one.schedule)})` : scheduleText(one.schedule),
              ]),
            ),
      );
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

function keyCommand(group: Command): void {
  group
    .command('key')
    .description('the public key by which the records of this computer are known')
    .option('--new <file>', 'make a key in a file, for a computer without a keystore')
    .option('--key-file <file>', 'the public half of the key in this file')
    .action((options: { readonly new?: string; readonly keyFile?: string }, command: Command) =>
      withHome(command, async (context, home) => {
        const { drillKey, makeKeyFile } = await import('#service/drill');
        const { publicDrillKey } = await import('#engine/recovery');
        const publicKey =
          options.new === undefined
            ? publicDrillKey(await drillKey(home.secrets, options.keyFile ?? null))
            : await makeKeyFile(options.new);
        context.print({ publicKey }, () => publicKey);
      }),
    );
}

/** Needs neither home nor repository nor network: a file, and the key one trusts. */
function checkCommand(group: Command): void {
  group
    .command('check')
    .description('check a signed record, offline: that nobody has changed it, and what was seen')
    .argument('<file>')
    .option('--key <key>', 'the public key that must have signed it, as `drill key` shows it')
    .option('--picture <file>', 'save the picture of the screen as PNG')
    .action(async (file: string, options: { readonly key?: string; readonly picture?: string }, command: Command) => {
      const context = contextOf(command);
      const { checkDrillRecord } = await import('#engine/recovery');
      const { record, publicKey } = checkDrillRecord(await readGivenFile(file, 'file'), options.key ?? null);
      const { picture, ...rest } = record;
      if (options.picture !== undefined && picture !== null) {
        const { writeFile } = await import('node:fs/promises');
        await writeFile(options.picture, Buffer.from(picture, 'base64'));
      }
      context.print({ publicKey, trusted: options.key !== undefined, record: rest }, () =>
        [
          ...line(0, `The record is as it was signed by ${publicKey}.`),
          ...(options.key === undefined
            ? line(0, 'Compare the key with `hostkeep drill key` where it was made, or give it with --key.')
            : []),
          ...recordText(rest),
        ].join('\n'),
      );
    });
}

function reportText({ record, file, run }: DrillReport): string {
  return [...recordText(record), `Signed record: ${file}`, `Its steps: hostkeep run show ${run}`].join('\n');
}

function recordText(record: DrillReport['record']): readonly string[] {
  const time = (value: number | null): string => (value === null ? '-' : durationText(value));
  return [
    ...line(0, `${record.vm} of ${whenText(record.pointTime)} on ${record.host}, ${whenText(record.at)}: ${record.verdict}`),
    ...line(2, `disks served after ${time(record.servedAfterMs)}, started after ${time(record.startedAfterMs)}`),
    ...line(
      2,
      `heartbeat ${record.heartbeat} after ${time(record.heartbeatAfterMs)}, screen ${record.screen ?? 'not seen'}, network ${record.network}`,
    ),
    ...line(2, `data ${record.verification.verdict}${evidenceOf(record)}`),
    ...record.verification.notes.flatMap((note) => line(4, note)),
    ...line(2, record.undone ? 'taken away again' : 'NOT taken away: hostkeep recover list'),
    ...(record.error === null ? [] : line(2, record.error)),
  ];
}

/** A record may come from anybody: nothing in it may steer a terminal. */
function line(indent: number, text: string): readonly string[] {
  return wrapped(shown(text), 79 - indent).map((part) => ' '.repeat(indent) + part);
}

/** A record has its times as ISO 8601; what is none is shown as it is. */
function whenText(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : timeText(at);
}

function evidenceOf({ verification: { evidence } }: DrillReport['record']): string {
  return evidence === null ? '' : `: verified ${evidence.grade} (${evidence.depth}), ${evidence.files} files read`;
}

export function exitOf(reports: readonly DrillReport[]): number {
  if (reports.some(({ verdict }) => verdict === 'failed')) return exitCodes.failed;
  return reports.some(({ verdict }) => verdict === 'unclear') ? exitCodes.warning : exitCodes.success;
}

/** `job run` starts drills as well: a scheduler starts everything with one command. Undefined: no drill of that name. */
export async function runDrillNow(context: Context, spec: string, ifDue: boolean): Promise<boolean> {
  const { findDrill, runDrill } = await import('#service/drill');
  return inHome(context, async (home) => {
    const found = findDrill(home.state, spec);
    if (found === undefined) return false;
    const { onProgress, signal } = context;
    const by = `hostkeep ${ownVersion()}`;
    const done = await runDrill({ home, onProgress, signal, hostPassword, by }, found, ifDue);
    context.print(done, ({ started, reports }) => (started ? reports.map(reportText).join('\n\n') : `${found.name} is not due.`));
    process.exitCode = exitOf(done.reports);
    return true;
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
