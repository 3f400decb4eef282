import { HostkeepError } from '#contract';

/** Which volume of a guest: a partition of a disk (0 is a disk without a table), or a logical volume of a volume group. */
export type VolumePlace =
  | { readonly kind: 'partition'; readonly disk: number; readonly partition: number }
  | { readonly kind: 'logical'; readonly group: string; readonly volume: string };

/**
 * `/disk0/part2/Users/x` or `/lvm/group/volume/home/x` taken apart. What the path does not reach is missing: `disk` or `group`
 * alone for a path that ends there, `place` for one that names a volume.
 */
export interface GuestPath {
  readonly disk: number | undefined;
  /** `''` for `/lvm` itself. */
  readonly group: string | undefined;
  readonly place: VolumePlace | undefined;
  readonly names: readonly string[];
}

/** @throws HostkeepError recovery/path-not-found */
export function parseGuestPath(path: string): GuestPath {
  const [first, second, ...names] = path.split('/').filter((name) => name !== '');
  if (first === 'lvm') return logicalPath(second, names);
  const disk = numberAfter('disk', first);
  const partition = numberAfter('part', second);
  if ((first !== undefined && disk === undefined) || (second !== undefined && partition === undefined)) {
    throw new HostkeepError('recovery/path-not-found', { path, expected: '/disk0/part1/... or /lvm/group/volume/...' });
  }
  const place = disk === undefined || partition === undefined ? undefined : ({ kind: 'partition', disk, partition } as const);
  return { disk, group: undefined, place, names };
}

function logicalPath(group: string | undefined, rest: readonly string[]): GuestPath {
  const [volume, ...names] = rest;
  const place = group === undefined || volume === undefined ? undefined : ({ kind: 'logical', group, volume } as const);
  return { disk: undefined, group: group ?? '', place, names };
}

function numberAfter(word: string, text: string | undefined): number | undefined {
  const digits = text !== undefined && text.startsWith(word) ? text.slice(word.length) : '';
  return /^\d{1,4}$/.test(digits) ? Number(digits) : undefined;
}

export function textOfPlace(place: VolumePlace): string {
  return place.kind === 'partition' ? `/disk${place.disk}/part${place.partition}` : `/lvm/${place.group}/${place.volume}`;
}

export function textOf(path: GuestPath): string {
  if (path.place !== undefined) return `${textOfPlace(path.place)}/${path.names.join('/')}`;
  if (path.group !== undefined) return path.group === '' ? '/lvm' : `/lvm/${path.group}`;
  return path.disk === undefined ? '/' : `/disk${path.disk}`;
}
