/** Where things of restore points are shown. */

interface OfPoint {
  readonly repository: string;
  readonly point: string;
}

/** The folder that a guest's path lies in. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Windows allows names with half a letter in them, which no address can hold: what is then looked for is not found, and told. */
function placed(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** A name that somebody gave a VM, as that of a file: it leads to no other folder. */
export function fileNameFor(vm: string): string {
  return vm.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/, '_');
}

/** The browser, in a folder. */
export function folderAddress({ repository, point }: OfPoint, folder: string): string {
  return `/restore/${repository}/${point}/files?path=${placed(folder)}`;
}

/** A hive's keys, or a log's events. */
export function objectAddress({ repository, point }: OfPoint, path: string, kind: 'hive' | 'event-log'): string {
  return `/restore/${repository}/${point}/${kind === 'hive' ? 'hive' : 'events'}?path=${placed(path)}`;
}

/** The browser, with a file shown and picked. */
export function fileAddress(of: OfPoint, path: string): string {
  return `${folderAddress(of, folderOf(path))}&file=${placed(nameOf(path))}`;
}
