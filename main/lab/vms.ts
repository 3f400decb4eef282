import type { Consistency } from '#contract';
import type { LabState } from './state.ts';

/** What the lab's VMs are; their disks' content comes from assets/lab. */
export interface LabVm {
  readonly id: string;
  readonly name: string;
  readonly guestOs: 'windows' | 'linux';
  readonly reachable: Consistency;
  readonly memoryMegabytes: number;
  /** Writers that the guest has, by the names Windows gives them. */
  readonly writers: readonly string[];
  readonly disks: readonly LabDisk[];
}

export interface LabDisk {
  readonly asset: string;
  readonly diskId: string;
  readonly blockSize: number;
  /** A database log on the disk that the guest truncates after a successful full backup. */
  readonly log?: { readonly partition: number; readonly path: readonly string[] };
}

/** A VM that the lab begins with. */
export interface SeedVm extends LabVm {
  readonly disks: readonly SeedDisk[];
}

export interface SeedDisk extends LabDisk {
  readonly sizeBytes: number;
}

const mib = 1024 * 1024;
const windowsWriters = ['System Writer', 'Registry Writer', 'WMI Writer', 'COM+ REGDB Writer'];

export const labVms: readonly SeedVm[] = [
  {
    id: '5f0a1c6e-0001-4f5a-9d2e-0f5010000001',
    name: 'FS01',
    guestOs: 'windows',
    reachable: 'application',
    memoryMegabytes: 4096,
    writers: [...windowsWriters, 'FSRM Writer'],
    disks: [{ asset: 'fs01', diskId: 'a1000000-0001-4000-8000-000000000001', sizeBytes: 128 * mib, blockSize: 2 * mib }],
  },
  {
    id: '5f0a1c6e-0002-4f5a-9d2e-0f5010000002',
    name: 'APP01',
    guestOs: 'windows',
    reachable: 'application',
    memoryMegabytes: 8192,
    writers: [...windowsWriters, 'SqlServerWriter'],
    disks: [
      { asset: 'app01-os', diskId: 'a1000000-0002-4000-8000-000000000001', sizeBytes: 96 * mib, blockSize: 2 * mib },
      {
        asset: 'app01-data',
        diskId: 'a1000000-0002-4000-8000-000000000002',
        sizeBytes: 64 * mib,
        blockSize: mib,
        log: { partition: 1, path: ['Data', 'orders.ldf'] },
      },
    ],
  },
  {
    id: '5f0a1c6e-0003-4f5a-9d2e-0f5010000003',
    name: 'LNX01',
    guestOs: 'linux',
    reachable: 'file-system',
    memoryMegabytes: 2048,
    writers: [],
    disks: [{ asset: 'lnx01', diskId: 'a1000000-0003-4000-8000-000000000001', sizeBytes: 96 * mib, blockSize: mib }],
  },
];

/** The VMs that the host has now: its own that are still there, and those that restores have brought. */
export function vmsOf(state: LabState): readonly LabVm[] {
  const brought = Object.entries(state.restored ?? {}).map(([name, { id, memoryMegabytes }]): LabVm => ({
    id,
    name,
    guestOs: 'windows',
    reachable: 'file-system',
    memoryMegabytes,
    writers: [],
    disks: state.vms[name]!.heads.map((_, at) => ({ asset: `disk${at}`, diskId: '', blockSize: mib })),
  }));
  return [...labVms.filter((vm) => state.vms[vm.name] !== undefined), ...brought];
}
