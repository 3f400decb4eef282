import type { FaultName } from '../simulator/world.ts';

export type Path = 'checkpoint' | 'shadow';

/** A place in a run where the host is asked for something. */
export interface Step {
  readonly name: string;
  readonly at: string;
  /** Only once this has been asked for, where the same thing is asked for earlier in the run as well. */
  readonly after?: string;
  /** Happens in the guest, the storage or the console, not in an answer of the host. */
  readonly route?: true;
  readonly faults: readonly (FaultName | 'target-full')[];
}

/** What can happen while the host answers any question. */
const asking = ['denied', 'host-dies', 'host-reboots', 'vm-vanishes', 'vm-pauses', 'name-duplicate'] as const;
const job = [
  'refused',
  'denied',
  'job-fails',
  'job-vanishes',
  'slow',
  'file-busy',
  'out-of-space',
  'host-dies',
  'host-reboots',
  'vm-vanishes',
  'vm-pauses',
  'name-duplicate',
] as const;
const routing = ['target-full', 'host-dies', 'host-reboots', 'vm-vanishes', 'vm-pauses', 'name-duplicate'] as const;

/** Every fault at every step where it can happen, in the order of a run. */
export const steps: Readonly<Record<Path, readonly Step[]>> = {
  checkpoint: [
    { name: 'discover', at: 'Get-VM', faults: asking },
    { name: 'preflight', at: 'Get-WinEvent', faults: asking },
    { name: 'find the VM', at: 'Msvm_ComputerSystem', after: 'Get-WinEvent', faults: asking },
    {
      name: 'checkpoint',
      at: 'CreateSnapshot',
      faults: ['vss-failed', 'vss-retryable', 'silent-fallback', 'level-untold', 'chain-broken', ...job],
    },
    { name: 'disks of the checkpoint', at: 'Get-VHD', after: 'CreateSnapshot', faults: ['chain-broken', ...asking] },
    { name: 'changed ranges', at: 'GetVirtualDiskChanges', faults: ['tracking-lost', 'host-dies', 'host-reboots'] },
    { name: 'route data', at: 'route', route: true, faults: routing },
    { name: 'convert to reference point', at: 'ConvertToReferencePoint', faults: ['checkpoint-stays', ...job] },
    { name: 'remove the older point', at: 'DestroyReferencePoint', faults: job },
    { name: 'merge', at: 'merge', faults: ['merge-hangs', 'merge-fails'] },
  ],
  shadow: [
    { name: 'discover', at: 'Get-VM', faults: asking },
    { name: 'preflight', at: 'writers', faults: ['writer-missing', 'vss-failed', 'shadow-busy'] },
    { name: 'verify the writer', at: 'writers', after: 'writers', faults: ['writer-missing', 'vss-failed', 'shadow-busy'] },
    { name: 'find the shadow copies', at: 'Win32_ShadowCopy', faults: asking },
    { name: 'add volume', at: 'shadow-add', faults: ['provider-failed', 'denied'] },
    { name: 'writer verify', at: 'shadow-verify', faults: ['vss-failed'] },
    {
      name: 'create',
      at: 'shadow-create',
      faults: [
        'vss-failed',
        'vss-retryable',
        'shadow-busy',
        'provider-failed',
        'out-of-space',
        'checkpoint-stays',
        'requester-dies',
        'vm-left-out',
        'vm-saved',
        'slow',
        'job-fails',
        'host-reboots',
        'vm-vanishes',
        'vm-pauses',
        'name-duplicate',
      ],
    },
    { name: 'expose', at: 'shadow-expose', faults: ['provider-failed', 'denied', 'host-reboots'] },
    { name: 'route data', at: 'route', route: true, faults: routing },
    { name: 'end backup', at: 'shadow-end', faults: ['vss-failed', 'vss-retryable', 'slow', 'job-fails', 'host-reboots'] },
    {
      name: 'delete the shadow copies',
      at: 'Win32_ShadowCopy',
      after: 'shadow-end',
      faults: ['denied', 'host-dies', 'host-reboots'],
    },
  ],
};
