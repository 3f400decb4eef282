import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { HostkeepError, usualOverlayBytes, type RecoveryReport, type RecoveryView, type RunId } from '#contract';
import type { ScreenPicture } from '#engine/ports';
import type { Home, OpenHost } from '#service';
import type { RecoveryWork } from '#service/recover';
import { contextOf, hostPassword, repositorySecret, type Context } from '../context.ts';
import { numberOption, sizeOption } from '../numbers.ts';
import { withServedPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { bytesText, durationText, tableText, timeText, wrapped } from '../text.ts';
import { inHome, withHome } from '../with-home.ts';
import { withHostOption } from './host-option.ts';
import { withRepoOption } from './repo-option.ts';

interface StartOptions {
  readonly folder?: string;
  readonly name?: string;
  readonly switch?: string;
  readonly listen?: string;
  readonly overlayLimit: number;
  readonly start: boolean;
  readonly rebuild?: boolean;
  readonly wait: number;
  readonly picture?: string;
}

export function recover(program: Command): void {
  const group = program.command('recover').description('run a VM from the backup storage at once, then move it home or drop it');
  startCommand(group);
  listCommand(group);
  showCommand(group);
  finaliseCommand(group);
  discardCommand(group);
  resumeCommand(group);
}

function startCommand(group: Command): void {
  withHostOption(withRepoOption(group.command('start')))
    .description('start a VM on the disks of a restore point, which are served over iSCSI')
    .argument('<point>')
    .option(
      '--folder <folder>',
      'a folder on the host: the VM\u2019s configuration goes there, and its disks when it is finalised',
    )
    .option('--name <name>', 'what the VM is called; otherwise as it was, with the date')
    .option('--switch <name>', 'connect its network adapters to this switch; otherwise they are disconnected')
    .option('--listen <address:port>', 'an address of this computer that the host reaches; loopback where it is the host itself')
    .addOption(sizeOption('--overlay-limit <size>', 'how much the VM may write: bytes, or 500M, 64G, 1T', usualOverlayBytes))
    .option('--no-start', 'make it and leave it off')
    .option('--rebuild', 'make it anew from what was noted, without the files of Hyper-V')
    .option('--wait <seconds>', 'how long to wait for its heartbeat', numberOption('wait', 0, 86_400), 300)
    .option('--picture <file>', 'save a picture of its screen as PNG')
    .action(async (spec: string, options: StartOptions, command: Command) => {
      const context = contextOf(command);
      const { folder } = options;
      if (folder === undefined) throw new HostkeepError('input/missing-option', { option: '--folder DIR' });
      await withServedPoint(context, spec, async (served) => {
        const { repository, point } = served;
        const { beginRecovery } = await import('#service/recover');
        const wish = {
          ...served,
          folder,
          name: options.name ?? `${point.vm} ${timeText(point.time).slice(0, 16).replaceAll(':', '.')}`,
          network: options.switch ?? null,
          rebuild: options.rebuild === true,
          start: options.start,
          listen: options.listen ?? null,
          overlayLimitBytes: options.overlayLimit,
          waitMs: options.wait * 1000,
        };
        const done = await asRun(context, { repository: repository.id, vm: point.vm }, async (work) => {
          const { seen, ...report } = await beginRecovery(work, wish);
          await savePicture(options.picture, seen?.picture ?? null);
          return report;
        });
        context.print(done, (report) => startedText(report, wish.start));
      });
    });
}

function listCommand(group: Command): void {
  group
    .command('list')
    .description('VMs that run from the backup storage')
    .action((_options: object, command: Command) =>
      withHome(command, async (context, home) => {
        const { listRecoveries } = await import('#service/recover');
        context.print(listRecoveries(home.state), listText);
      }),
    );
}

function showCommand(group: Command): void {
  group
    .command('show')
    .description('how a recovered VM is doing: state, heartbeat, a picture of its screen')
    .argument('<recovery>', 'its id, or the name of its VM or of the one that was backed up')
    .option('--picture <file>', 'save a picture of its screen as PNG')
    .action((spec: string, options: { readonly picture?: string }, command: Command) =>
      withHome(command, async (context, home) => {
        const { recoveryOf } = await import('#service/recover');
        const one = recoveryOf(home.state, spec);
        const look = await withHostOf(home, one, ({ recoverer }) => recoverer.look(one.id, options.picture !== undefined));
        await savePicture(options.picture, look.picture);
        const { state, heartbeat, uptimeMs } = look;
        context.print({ ...one, vmState: state, heartbeat, uptimeMs }, (shown) =>
          tableText(
            ['RECOVERY', shown.id],
            [
              ['VM', shown.definition.name],
              ['host', shown.host],
              ['state', `${shown.vmState}, heartbeat ${shown.heartbeat}, up ${durationText(shown.uptimeMs)}`],
              ['disks', `${shown.publicationState ?? 'gone'}, ${bytesText(shown.usedBytes)} written`],
              ['since', timeText(shown.startedAt)],
            ],
          ),
        );
      }),
    );
}

function finaliseCommand(group: Command): void {
  withRepoOption(group.command('finalise'))
    .description('move the VM onto local disks: copied while it runs, with one restart of the guest at the end')
    .argument('<recovery>', 'its id, or the name of its VM or of the one that was backed up')
    .option('--turn-off', 'turn it off where it would be shut down')
    .action(async (spec: string, options: { readonly turnOff?: boolean }, command: Command) => {
      const context = contextOf(command);
      const passphrase = await context.secret(repositorySecret);
      const done = await onRecovery(context, spec, async (work, one) => {
        const { finaliseById } = await import('#service/recover');
        return finaliseById(work, one, { turnOff: options.turnOff === true, passphrase });
      });
      context.print(done, ({ vm, host, files, overlayBytes, downMs }) =>
        [
          `${vm.name} is at home on ${host}:`,
          ...files.map((file) => `  ${file}`),
          `It was down for ${durationText(downMs)}; it had written ${bytesText(overlayBytes)}.`,
        ].join('\n'),
      );
    });
}

function discardCommand(group: Command): void {
  group
    .command('discard')
    .description('turn the VM off and remove everything of the recovery, what it wrote as well')
    .argument('<recovery>', 'its id, or the name of its VM or of the one that was backed up')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const done = await onRecovery(context, spec, async (work, one) => {
        const { discardById } = await import('#service/recover');
        return discardById(work, one);
      });
      context.print(done, () => 'It is gone, and nothing of it is left on the host.\nThe restore point is as it was.');
    });
}

function resumeCommand(group: Command): void {
  withRepoOption(group.command('resume'))
    .description('serve the disks of a recovery again whose publisher has died, at the same address')
    .argument('<recovery>', 'its id, or the name of its VM or of the one that was backed up')
    .action(async (spec: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const passphrase = await context.secret(repositorySecret);
      const done = await onRecovery(context, spec, async (work, one) => {
        const { resumeById } = await import('#service/recover');
        return resumeById(work, one, passphrase);
      });
      context.print(done, ({ portal }) => `Its disks are served at ${portal} again.`);
    });
}

/** One act on a recovery as a run, on its own host. */
async function onRecovery<Result extends object>(
  context: Context,
  spec: string,
  act: (work: RecoveryWork, one: RecoveryView) => Promise<Result>,
): Promise<Result> {
  const { recoveryOf } = await import('#service/recover');
  const one = await inHome(context, async (home) => recoveryOf(home.state, spec));
  return asRun(context, { repository: one.repository, vm: one.vm, host: one.host }, (work) => act(work, one));
}

async function asRun<Result extends object>(
  context: Context,
  of: { readonly repository: string; readonly vm: string; readonly host?: string },
  act: (work: RecoveryWork) => Promise<Result>,
): Promise<Result> {
  const { ownProgram } = await import('#service');
  const run = { kind: 'recover', repository: of.repository, subjects: [of.vm] } as const;
  return recorded(context, run, (watch, carried: { readonly home: Home; readonly run: RunId }) =>
    context.withHost((host: OpenHost) => act({ ...carried, ...watch, host, program: ownProgram }), of.host),
  );
}

async function withHostOf<Result>(home: Home, one: RecoveryView, act: (host: OpenHost) => Promise<Result>): Promise<Result> {
  const host = await home.hosts.open(home.hosts.select(one.host), hostPassword);
  try {
    return await act(host);
  } finally {
    await host.close();
  }
}

async function savePicture(file: string | undefined, picture: ScreenPicture | null): Promise<void> {
  if (file === undefined || picture === null) return;
  const { pngOf } = await import('#engine/recovery');
  await writeFile(file, pngOf(picture));
}

function startedText(
  { recovery, vm, host, startedAfterMs, heartbeat, heartbeatAfterMs, screen, warnings }: RecoveryReport,
  isOn: boolean,
): string {
  const beat =
    heartbeatAfterMs === null
      ? `heartbeat: ${heartbeat ?? 'not waited for'}`
      : `heartbeat after ${durationText(heartbeatAfterMs)}`;
  return [
    ...wrapped(
      isOn
        ? `${vm.name} runs on ${host} from the backup storage, ${durationText(startedAfterMs)} after the command.`
        : `${vm.name} is on ${host} with its disks on the backup storage. It is off: start it there.`,
      79,
    ),
    ...(isOn ? [`  ${beat}${screen === null ? '' : `; screen: ${screen}`}`] : []),
    ...warnings.flatMap((warning) => wrapped(warning, 77).map((line) => `  ${line}`)),
    `Keep it: hostkeep recover finalise ${recovery}`,
    `Drop it: hostkeep recover discard ${recovery}`,
  ].join('\n');
}

function listText(recoveries: readonly RecoveryView[]): string {
  if (recoveries.length === 0) return 'No VM runs from the backup storage.';
  return tableText(
    ['ID', 'STATE', 'HOST', 'DISKS', 'WRITTEN', 'SINCE', 'VM'],
    recoveries.map(({ id, state, definition, host, publicationState, usedBytes, startedAt }) => [
      id,
      state,
      host,
      publicationState ?? 'gone',
      bytesText(usedBytes),
      // It is meant for hours: day and minute fit 80 columns.
      timeText(startedAt).slice(5, 16),
      definition.name,
    ]),
  );
}
