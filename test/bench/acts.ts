import { back, disks, hostkeep, ranges, repositoryOf, type Tool } from './place.ts';

/** What is compared. Every act but the first starts from a repository that holds the first backup of disk A. */
export interface Act {
  readonly name: string;
  readonly says: string;
  readonly commands: Readonly<Partial<Record<Tool, readonly string[]>>>;
  /** Highest ratios to restic, as the issue wants them. */
  readonly wanted: Readonly<Partial<Record<'wall' | 'cpu' | 'growth', number>>>;
  /** What the wall time is compared with, when it is another act's. */
  readonly beside?: string;
}

export const peakWanted = 350;

const image = (disk: string, vm: string, ...more: readonly string[]): readonly string[] => [
  ...hostkeep,
  'backup',
  '--image',
  disk,
  '--name',
  vm,
  // The peers store what the guest's file system calls free, too.
  '--no-skip',
  // They know nothing of the guest's files either; what listing them costs is in `files`.
  '--no-catalog',
  ...more,
];
const restic = (disk: string): readonly string[] => ['restic', '--no-cache', '-q', 'backup', disk];
const borg = (name: string, disk: string): readonly string[] => [
  'borg',
  'create',
  '-C',
  'lz4',
  `${repositoryOf('borg')}::${name}`,
  disk,
];
export const shell = (line: string): readonly string[] => ['sh', '-c', line];

export const acts: readonly Act[] = [
  {
    name: 'first',
    says: 'first backup',
    commands: { hostkeep: image(disks.a, 'A'), restic: restic(disks.a), borg: borg('a', disks.a) },
    wanted: { wall: 0.4, cpu: 0.45, growth: 1.05 },
  },
  {
    name: 'second',
    says: 'second backup, 2 % changed, all read',
    commands: { hostkeep: image(disks.b, 'A'), restic: restic(disks.b), borg: borg('b', disks.b) },
    wanted: { wall: 0.22, growth: 0.2 },
  },
  {
    name: 'ranges',
    says: 'the same by changed ranges',
    commands: { hostkeep: image(disks.b, 'A', '--changed-ranges', ranges) },
    wanted: { wall: 0.08 },
    beside: 'second',
  },
  {
    name: 'second-vm',
    says: 'second VM, same files on another file system',
    commands: { hostkeep: image(disks.c, 'C'), restic: restic(disks.c), borg: borg('c', disks.c) },
    wanted: { growth: 0.3 },
  },
  {
    name: 'restore',
    says: 'restore of the disk, flushed',
    commands: {
      hostkeep: [...hostkeep, 'restore-disk', 'A@latest', '--format', 'raw', '--to', back],
      restic: shell(`restic --no-cache dump latest ${disks.a} > ${back} && sync ${back}`),
    },
    wanted: { wall: 0.4 },
  },
];

/** How far it is to what the machine can do. */
export const plain: readonly { readonly says: string; readonly command: readonly string[] }[] = [
  { says: 'qemu-img convert', command: ['qemu-img', 'convert', '-f', 'raw', '-O', 'raw', disks.a, back] },
  { says: 'zstd -1 -T2', command: shell(`zstd -1 -T2 -q -f ${disks.a} -o ${back}`) },
  { says: 'dd, direct', command: shell(`dd if=${disks.a} of=/dev/null bs=4M iflag=direct`) },
];
