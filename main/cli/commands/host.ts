import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { Option, type Command } from 'commander';
import { HostkeepError } from '#contract';
import type { Residue } from '#engine/ports';
import type { KeptResidue } from '#service';
import { contextOf, hostPassword } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { numberOption } from '../numbers.ts';
import { checksText } from '../checks-text.ts';
import { errorLines } from '../outcome-text.ts';
import { tableText, wrapped } from '../text.ts';
import { inHome } from '../with-home.ts';

interface AddOptions {
  readonly address?: string;
  readonly credential?: string;
  readonly ssl?: boolean;
  readonly port?: number;
  readonly path: string;
  readonly ledger: string;
  readonly mergeWait?: number;
  readonly check: boolean;
}

export function host(program: Command): void {
  const group = program.command('host').description('hosts and their state');
  listCommand(group);
  addCommand(group);
  removeCommand(group);
  checkCommand(group);
  selfTestCommand(group);
}

function listCommand(group: Command): void {
  group
    .command('list')
    .description('hosts that are known')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      await inHome(context, async (home) => {
        context.print(home.hosts.list(), (hosts) =>
          tableText(
            ['NAME', 'KIND', 'ADDRESS', 'USER', 'PATH'],
            hosts.map((one) => [one.name, one.kind, one.address ?? 'this computer', one.user ?? 'yourself', one.path]),
          ),
        );
      });
    });
}

function addCommand(group: Command): void {
  group
    .command('add')
    .description('add a Hyper-V host, after trying the connection')
    .argument('<name>', 'what you call it')
    .option('--address <name>', 'its DNS name; without it, this computer is the host')
    .option('--credential <user>', 'another account than yours; its password is asked for')
    .option('--ssl', 'PowerShell Remoting over HTTPS')
    .option('--port <number>', 'WinRM on another port', numberOption('port', 1, 65_535))
    .option('--path <path>', 'auto, checkpoint or shadow: how VMs are brought to rest', 'auto')
    .addOption(new Option('--ledger <folder>', 'folder on the host that notes what a run has open').default('', 'its own'))
    .option(
      '--merge-wait <minutes>',
      'how long a run waits for a merge that an earlier one left (15)',
      numberOption('merge-wait', 0, 24 * 60),
    )
    .option('--no-check', 'add it without trying the connection')
    .action(async (name: string, options: AddOptions, command: Command) => {
      const context = contextOf(command);
      const path = (['auto', 'checkpoint', 'shadow'] as const).find((one) => one === options.path);
      if (path === undefined) throw new HostkeepError('input/invalid', { path: options.path });
      const address = isHere(options.address) ? null : options.address!;
      if (address === null && options.credential !== undefined)
        throw new HostkeepError('input/invalid', { credential: 'this computer is used as yourself' });
      const port = options.port ?? null;
      const user = options.credential ?? null;
      const password = user === null ? null : await hostPassword();
      await inHome(context, async (home) => {
        const { ledger, mergeWait } = options;
        const own = mergeWait === undefined ? {} : { mergeWaitMinutes: mergeWait };
        const wanted = { name, address, useSsl: options.ssl === true, port, user, path, ledger, ...own };
        const facts = options.check ? await home.hosts.tryOut(wanted, password) : null;
        const record = await home.hosts.add(wanted, password);
        context.print({ ...record, os: facts?.os ?? null }, () =>
          facts === null ? `Added ${name}; the connection was not tried.` : `Added ${name}: ${facts.os}.`,
        );
      });
    });
}

const isHere = (address: string | undefined): boolean =>
  address === undefined || ['localhost', '.', hostname().toLowerCase()].includes(address.toLowerCase());

function removeCommand(group: Command): void {
  group
    .command('remove')
    .description('forget a host and its password; restore points stay')
    .argument('<name>')
    .action(async (name: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await inHome(context, async (home) => {
        await home.hosts.remove(name);
      });
      context.print({ removed: name }, () => `Removed ${name}.`);
    });
}

function checkCommand(group: Command): void {
  group
    .command('check')
    .description('whether backups can work there, and what earlier runs left')
    .argument('[name]', 'the host, where there are several')
    .option('--clean', 'remove what crashed runs left')
    .action(async (name: string | undefined, options: { clean?: boolean }, command: Command) => {
      const context = contextOf(command);
      const report = await context.withHost(async ({ hypervisor, record }, home) => {
        const { cleanLeftOver, leftOver } = await import('#service');
        const left = await leftOver(hypervisor, home);
        const { cleaned, kept } = options.clean === true ? await cleanLeftOver(hypervisor, left) : { cleaned: [], kept: left };
        return { host: record.name, checks: await hypervisor.preflight(), residue: kept, cleaned };
      }, name);
      context.print(report, ({ host, checks, residue, cleaned }) =>
        [
          checksText(checks),
          ...cleaned.map((item) => `cleaned: ${leftText(item)}`),
          ...residueText(residue, `hostkeep host check ${host.includes(' ') ? `"${host}"` : host} --clean`),
        ].join('\n'),
      );
      if (options.clean === true && report.residue.length > 0) process.exitCode = exitCodes.failed;
      if (report.checks.some((check) => check.verdict === 'blocking')) process.exitCode = exitCodes.failed;
    });
}

const leftText = ({ kind, id, vm, run }: Residue): string =>
  kind === 'ledger' ? `notes that cannot be read: ${id}` : `${kind} of ${vm} from run ${run}`;

function residueText(residue: readonly (Residue | KeptResidue)[], command: string): readonly string[] {
  if (residue.length === 0) return [];
  const lines = residue.flatMap((item) => [
    `left over: ${leftText(item)}`,
    ...errorLines('error' in item ? item.error : null).flatMap((line) => wrapped(line, 77).map((part) => `  ${part}`)),
  ]);
  const advice = residue.every((item) => 'error' in item)
    ? []
    : wrapped(`Remove it with: ${command}; the next backup of the VM does so as well.`, 79);
  return [...lines, ...advice];
}

function selfTestCommand(group: Command): void {
  group
    .command('selftest')
    .description('try everything that Hostkeep assumes of a host; reads only, unless a VM is named')
    .argument('[name]', 'the host, where there are several')
    .option('--vm <vm>', 'also make a checkpoint of this VM and take it back: one that nobody needs')
    .option('--report <file>', 'write what was found, without names of VMs or people')
    .action(async (name: string | undefined, options: { report?: string; vm?: string }, command: Command) => {
      const context = contextOf(command);
      const found = await context.withHost(async (host, home) => {
        const read = await host.selfTest();
        if (options.vm === undefined) return read;
        const { trialOf } = await import('#service');
        const of = { run: home.newRunId(), signal: context.signal };
        return { ...read, items: [...read.items, ...(await trialOf(host.hypervisor, options.vm, of))] };
      }, name);
      if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(found, null, 2)}\n`);
      context.print(found, ({ items }) =>
        tableText(
          ['HOLDS', 'WHAT IS ASSUMED, AND WHAT WAS FOUND'],
          items.map((item) => [item.holds ? 'yes' : 'NO', `${item.assumes}: ${item.found}`]),
        ),
      );
      if (found.items.some((item) => !item.holds)) process.exitCode = exitCodes.warning;
    });
}
