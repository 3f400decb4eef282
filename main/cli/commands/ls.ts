import type { Command } from 'commander';
import type { GuestPath, GuestVolumes } from '#engine/recovery/guest';
import { entryOf, HostkeepError, type ErrorCode, type RestorePoint } from '#contract';
import { contextOf } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { withPoint } from '../open-point.ts';
import { bytesText, shown, tableText, tell, timeText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

interface Row {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly modified: string | null;
  /** Code of why the content cannot be had. */
  readonly unreadable: ErrorCode | null;
}

export function ls(program: Command): void {
  withRepoOption(program.command('ls'))
    .description('list a folder of a restore point')
    .argument('<point>')
    .argument('<path>', '/disk0/part2/Users or /lvm/GROUP/VOLUME/home, for example')
    .action(async (spec: string, path: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ point, volumes }) => {
        const { parseGuestPath } = await import('#engine/recovery/guest');
        const damage: HostkeepError[] = [];
        const rows = await rowsOf({ point, volumes }, parseGuestPath(path), (error) => damage.push(error));
        context.print(rows, () =>
          tableText(
            ['TYPE', 'SIZE', 'MODIFIED', 'NAME'],
            rows.map((row) => [
              row.type,
              row.type === 'folder' || row.type === 'symlink' ? '-' : bytesText(row.sizeBytes),
              row.modified === null ? '' : timeText(Date.parse(row.modified)),
              `${shown(row.name)}${row.unreadable === null ? '' : ` (${entryOf(row.unreadable).says})`}`,
            ]),
            'The folder is empty.',
          ),
        );
        for (const error of damage) tell(`hostkeep: not all of the folder could be listed: ${error.message}\n`);
        if (damage.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}

async function rowsOf(
  of: { readonly point: RestorePoint; readonly volumes: GuestVolumes },
  path: GuestPath,
  onDamage: (error: HostkeepError) => void,
): Promise<readonly Row[]> {
  const { point, volumes } = of;
  if (path.place === undefined) return placesOf(point, volumes, path);
  const { fileSystem, node } = await volumes.find(path);
  const nodes = node.type === 'folder' ? await fileSystem.list(node, { onDamage }) : [node];
  return nodes
    .map(({ name, type, sizeBytes, modified, unreadable }) => ({
      name,
      type,
      sizeBytes,
      modified: modified === null ? null : isoTime(modified),
      unreadable,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** What lies above files: disks and LVM, their partitions and groups, and logical volumes. */
async function placesOf(point: RestorePoint, volumes: GuestVolumes, path: GuestPath): Promise<readonly Row[]> {
  const row = (name: string, type: string, sizeBytes: number): Row => ({
    name,
    type,
    sizeBytes,
    modified: null,
    unreadable: null,
  });
  if (path.disk !== undefined)
    return (await volumes.partitions(path.disk)).map(({ index, length }) => row(`part${index}`, 'partition', length));
  const { groups } = await volumes.groups();
  const sizeOf = (group: (typeof groups)[number]): number => group.volumes.reduce((sum, one) => sum + one.sizeBytes, 0);
  if (path.group === '') return groups.map((group) => row(group.name, 'volume-group', sizeOf(group)));
  if (path.group !== undefined) {
    const group = groups.find(({ name }) => name === path.group);
    if (group === undefined) throw new HostkeepError('recovery/path-not-found', { path: `/lvm/${path.group}` });
    return group.volumes.map(({ name, sizeBytes }) => row(name, 'logical-volume', sizeBytes));
  }
  const disks = point.disks.map(({ index, sizeBytes }) => row(`disk${index}`, 'disk', sizeBytes));
  return groups.length === 0
    ? disks
    : [
        ...disks,
        row(
          'lvm',
          'lvm',
          groups.reduce((sum, one) => sum + sizeOf(one), 0),
        ),
      ];
}

/** A hostile guest may claim a year that no date has. */
function isoTime(milliseconds: number): string | null {
  return Math.abs(milliseconds) < 8.64e15 ? new Date(milliseconds).toISOString() : null;
}
