import type { Command } from 'commander';
import type { GuestPath, GuestVolumes } from '#engine/recovery';
import type { RestorePoint } from '#contract';
import { contextOf } from '../context.ts';
import { withPoint } from '../open-point.ts';
import { bytesText, tableText, timeText } from '../text.ts';
import { withRepoOption } from './repo-option.ts';

interface Row {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly modified: string | null;
}

export function ls(program: Command): void {
  withRepoOption(program.command('ls'))
    .description('list a folder of a restore point')
    .argument('<point>')
    .argument('<path>', '/disk0/part2/Users, for example')
    .action(async (spec: string, path: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await withPoint(context, spec, async ({ point, volumes }) => {
        const { parseGuestPath } = await import('#engine/recovery');
        context.print(await rowsOf(point, volumes, parseGuestPath(path)), (rows) =>
          tableText(
            ['TYPE', 'SIZE', 'MODIFIED', 'NAME'],
            rows.map((row) => [
              row.type,
              row.type === 'file' ? bytesText(row.sizeBytes) : '-',
              row.modified === null ? '' : timeText(Date.parse(row.modified)),
              shown(row.name),
            ]),
          ),
        );
      });
    });
}

async function rowsOf(point: RestorePoint, volumes: GuestVolumes, path: GuestPath): Promise<readonly Row[]> {
  if (path.disk === undefined)
    return point.disks.map((disk) => ({ name: `disk${disk.index}`, type: 'disk', sizeBytes: disk.sizeBytes, modified: null }));
  if (path.partition === undefined)
    return (await volumes.partitions(path.disk)).map((partition) => ({
      name: `part${partition.index}`,
      type: 'partition',
      sizeBytes: partition.length,
      modified: null,
    }));
  const { fileSystem, node } = await volumes.find(path);
  const nodes = node.type === 'folder' ? await fileSystem.list(node) : [node];
  return nodes
    .map(({ name, type, sizeBytes, modified }) => ({
      name,
      type,
      sizeBytes,
      modified: modified === null ? null : isoTime(modified),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** A hostile guest may claim a year that no date has. */
function isoTime(milliseconds: number): string | null {
  return Math.abs(milliseconds) < 8.64e15 ? new Date(milliseconds).toISOString() : null;
}

/** Control characters of a guest's file names never reach the terminal. */
function shown(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, '?');
}
