import { resolve } from 'node:path';
import type { Command } from 'commander';
import { usualCacheBytes, usualOverlayBytes, type PublicationView, type PublishedTarget, type RestorePoint } from '#contract';
import { chapOf, withChapOptions, type ChapOptions } from '../chap-options.ts';
import { contextOf } from '../context.ts';
import { numberOption, sizeOption } from '../numbers.ts';
import { withPoint } from '../open-point.ts';
import { recorded } from '../recorded-run.ts';
import { bytesText, tableText, tell, timeText, wrapped } from '../text.ts';
import { withHome } from '../with-home.ts';
import { withRepoOption } from './repo-option.ts';

interface Options extends ChapOptions {
  readonly id?: string;
  readonly disk?: readonly number[];
  readonly listen: string;
  readonly nbd?: string;
  readonly initiator?: readonly string[];
  readonly overlayLimit: number;
  readonly overlay?: string;
  readonly cache: number;
}

export function publish(program: Command): void {
  const command = withChapOptions(withRepoOption(program.command('publish')))
    .description('serve a restore point\u2019s disks over iSCSI, writable, until interrupted; what is written is kept beside it')
    .argument('<point>')
    .option('--disk <n>', 'which disk, again for more; otherwise all', collected(numberOption('disk', 0, 10_000)))
    .option('--listen <address:port>', 'where; port 0 takes any that is free', '127.0.0.1:0')
    .option('--nbd <where>', 'serve NBD as well, on this computer only: 127.0.0.1:10809, or unix:/path/to/socket')
    .option('--initiator <iqn>', 'the name of an initiator that may log in, again for more; otherwise all', collected(String))
    .addOption(sizeOption('--overlay-limit <size>', 'how much may be written: bytes, or 500M, 64G, 1T', usualOverlayBytes))
    .option('--overlay <folder>', 'where what is written is kept; otherwise in the home')
    .addOption(sizeOption('--cache <size>', 'memory for what was read, at most', usualCacheBytes))
    .option('--id <id>', 'a name for the publication, for two of one restore point; otherwise one that belongs to it')
    .action(async (spec: string, options: Options, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ repository, point }) => {
        const { parseListenAddress, parseNbdPlace } = await import('#engine/recovery');
        const listen = parseListenAddress(options.listen);
        const nbd = options.nbd === undefined ? null : parseNbdPlace(options.nbd);
        const chap = await chapOf(context, options);
        const { publishRestorePoint } = await import('#service/publish');
        await recorded(
          context,
          { kind: 'publish', repository: repository.id, subjects: [point.vm] },
          ({ signal }, { home, run }) =>
            publishRestorePoint(
              {
                home,
                repository,
                repositoryFolder: context.repositoryFolder(),
                point,
                run,
                signal,
                onServing: (target) => context.print(target, (served) => servingText(served, point)),
                onFault: (error) => tell(`${error instanceof Error ? error.message : String(error)}\n`),
              },
              {
                id: options.id ?? null,
                disks: options.disk ?? point.disks.map((disk) => disk.index),
                listen,
                nbd,
                chap,
                initiators: options.initiator ?? null,
                overlayLimitBytes: options.overlayLimit,
                overlayFolder: options.overlay === undefined ? null : resolve(options.overlay),
                cacheBytes: options.cache,
              },
            ),
        );
      });
    });
  listCommand(command);
  stopCommand(command);
  discardCommand(command);
}

function listCommand(publish: Command): void {
  publish
    .command('list')
    .description('what is published, and what was and keeps what was written')
    .action((_options: object, command: Command) =>
      withHome(command, async (context, home) => {
        const { listPublications } = await import('#service/publish');
        context.print(listPublications(home.state), listText);
      }),
    );
}

function stopCommand(publish: Command): void {
  publish
    .command('stop')
    .description('end a publication; what was written is kept, and publishing the restore point again goes on with it')
    .argument('<id>')
    .action((id: string, _options: object, command: Command) =>
      withHome(command, async (context, home) => {
        const { stopPublication } = await import('#service/publish');
        context.print(
          await stopPublication(home.state, id),
          ({ vm, usedBytes }) => `${vm} is not published any more. ${bytesText(usedBytes)} of what was written are kept.`,
        );
      }),
    );
}

function discardCommand(publish: Command): void {
  publish
    .command('discard')
    .description('throw away what was written over a restore point; the restore point stays as it always was')
    .argument('<id>')
    .action((id: string, _options: object, command: Command) =>
      withHome(command, async (context, home) => {
        const { discardByHand } = await import('#service/publish');
        context.print(
          await discardByHand(home.state, id),
          ({ usedBytes }) => `Threw away ${bytesText(usedBytes)} of what was written.`,
        );
      }),
    );
}

/** An option that may be given several times. */
function collected<Value>(
  read: (text: string) => Value,
): (text: string, before: readonly Value[] | undefined) => readonly Value[] {
  return (text, before) => [...(before ?? []), read(text)];
}

function servingText({ id, portal, iqn, luns, nbd }: PublishedTarget, point: RestorePoint): string {
  return [
    `${point.vm} of ${timeText(point.time)} is published as ${id}:`,
    '',
    `    portal  ${portal}`,
    `    target  ${iqn}`,
    ...luns.map(({ lun, disk, sizeBytes }) => `    LUN ${lun}   disk ${disk}, ${bytesText(sizeBytes)}`),
    ...(nbd === null ? [] : [`    NBD     ${nbd}`]),
    '',
    ...wrapped(
      `End it with Ctrl+C or \`hostkeep publish stop ${id}\`. What is written is kept until \`hostkeep publish discard ${id}\`.`,
      79,
    ),
  ].join('\n');
}

function listText(publications: readonly PublicationView[]): string {
  if (publications.length === 0) return 'Nothing is published.';
  return tableText(
    ['ID', 'STATE', 'VM', 'PORTAL', 'USED BY', 'WRITTEN', 'SINCE'],
    publications.map(({ id, state, vm, served, sessions, usedBytes, startedAt }) => [
      id,
      state,
      vm,
      state === 'serving' ? (served?.portal ?? '') : '',
      String(sessions),
      bytesText(usedBytes),
      timeText(startedAt),
    ]),
  );
}
