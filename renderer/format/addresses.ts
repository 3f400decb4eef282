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

/** The browser, in a folder. */
export function folderAddress({ repository, point }: OfPoint, folder: string): string {
  return `/restore/${repository}/${point}/files?path=${encodeURIComponent(folder)}`;
}

/** A hive's keys, or a log's events. */
export function objectAddress({ repository, point }: OfPoint, path: string, kind: 'hive' | 'event-log'): string {
  return `/restore/${repository}/${point}/${kind === 'hive' ? 'hive' : 'events'}?path=${encodeURIComponent(path)}`;
}

/** The browser, with a file shown and picked. */
export function fileAddress(of: OfPoint, path: string): string {
  return `${folderAddress(of, folderOf(path))}&file=${encodeURIComponent(nameOf(path))}`;
}
