import type { Command } from 'commander';
import { HostkeepError, type DrillReport } from '#contract';
import { contextOf, hostPassword, type Context } from '../context.ts';
import { escaped, recordText, reportText } from '../drill-text.ts';
import { exitCodes } from '../failure.ts';
import { readGivenFile } from '../given-file.ts';
import { withServedPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { ownVersion } from '../version.ts';
import { inHome, withHome } from '../with-home.ts';
import { withPlaceOptions, type PlaceFlags } from './drill-options.ts';
import { planned } from './drill-plans.ts';
import { withHostOption } from './host-option.ts';
import { withRepoOption } from './repo-option.ts';

export function drill(program: Command): void {
  const group = program
    .command('drill')
    .description('start restore points for a trial, judge them, take them away, and sign what was seen');
  runCommand(group);
  planned(group);
  keyCommand(group);
  checkCommand(group);
}

function runCommand(group: Command): void {
  withPlaceOptions(withHostOption(withRepoOption(group.command('run'))), 600)
    .description('one restore point now')
    .argument('<point>')
    .action(async (spec: string, options: PlaceFlags & { readonly wait: number }, command: Command) => {
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
          ...escaped(0, `The record is as it was signed by ${publicKey}.`),
          ...(options.key === undefined
            ? escaped(0, 'Compare the key with `hostkeep drill key` where it was made, or give it with --key.')
            : []),
          ...recordText(rest),
        ].join('\n'),
      );
    });
}

function exitOf(reports: readonly DrillReport[]): number {
  if (reports.some(({ verdict }) => verdict === 'failed')) return exitCodes.failed;
  return reports.some(({ verdict }) => verdict === 'unclear') ? exitCodes.warning : exitCodes.success;
}

/** `job run` starts drills as well: a scheduler starts everything with one command. Undefined: no drill of that name. */
export async function runDrillNow(context: Context, spec: string, ifDue: boolean): Promise<boolean> {
  const { findDrill, runDrill } = await import('#service/drill');
  return inHome(context, async (home) => {
    const found = findDrill(home.state, spec);
    if (found === undefined) return false;
    const { onProgress, signal, runId } = context;
    const given = runId === undefined ? {} : { run: runId };
    const by = `hostkeep ${ownVersion()}`;
    const done = await runDrill({ home, onProgress, signal, hostPassword, by, ...given }, found, ifDue);
    context.print(done, ({ started, reports, cancelled }) =>
      started
        ? [...reports.map(reportText), ...cancelled.flatMap((vm) => escaped(0, `${vm}: cancelled`))].join('\n\n')
        : `${found.name} is not due.`,
    );
    process.exitCode = done.cancelled.length > 0 ? exitCodes.cancelled : exitOf(done.reports);
    return true;
  });
}
