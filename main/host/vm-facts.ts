import type { Consistency } from '#contract';
import type { VmFacts, VmState } from '#engine/ports';
import type { BackupPath } from './host-options.ts';
import type { HostAnswer, VmAnswer } from './operations/discover.ts';

const backupService = '5CED1297-4598-4915-A5FC-AD21BB4D02A4';
const states: Readonly<Record<string, VmState>> = {
  Running: 'running',
  Off: 'off',
  Saved: 'saved',
  FastSaved: 'saved',
  Paused: 'paused',
};
/** Configuration version that checkpoints with change tracking need. */
const trackingVersion = [6, 2] as const;

/** By the name of the enum (reference, 1.2). */
export const stateOf = (name: string): VmState => states[name] ?? 'other';

export function vmFacts(vm: VmAnswer): VmFacts {
  return {
    id: vm.id,
    name: vm.name,
    state: stateOf(vm.state),
    generation: vm.generation,
    configurationVersion: vm.version,
    guestOs: guestOsOf(vm),
    reachable: reachableOf(vm),
    disks: vm.disks.map(({ path, sizeBytes, fileBytes, controller, number, location }) => ({
      path,
      sizeBytes,
      allocatedBytes: fileBytes,
      slot: `${controller} ${number}:${location}`,
    })),
  };
}

export function guestOsOf(vm: VmAnswer): VmFacts['guestOs'] {
  if (vm.guestPlatform === '2') return 'windows';
  return vm.guestOsName === '' ? 'unknown' : 'linux';
}

/** Whether the guest's own requester (or its Linux daemon) answers. */
export function guestAnswers(vm: VmAnswer): boolean {
  const service = vm.services.find((one) => one.component === backupService);
  if (vm.state !== 'Running' || service?.enabled !== true) return false;
  // A Linux guest may be "degraded" or differ in protocol without harm.
  return service.status.some((status) => ['Ok', 'Degraded', 'ProtocolMismatch', '2', '3', '32775'].includes(status));
}

/** Why a guest does not take part that does not answer. */
export function silentNote({ state }: VmAnswer): string {
  if (state === 'Running') return 'the backup integration service of the guest does not answer';
  return `the VM is not running (${state}), so its guest takes no part, and what it has in memory is not in the backup`;
}

/** The best that can be hoped for; what was reached is known only afterwards. */
function reachableOf(vm: VmAnswer): Consistency {
  if (vm.state === 'Off') return 'file-system';
  if (!guestAnswers(vm)) return 'crash';
  return guestOsOf(vm) === 'windows' ? 'application' : 'file-system';
}

export function tracksChanges(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > trackingVersion[0] || (major === trackingVersion[0] && minor >= trackingVersion[1]);
}

/** The path that this VM is backed up on; null when there is none. */
export function pathFor(wanted: BackupPath, host: HostAnswer, vm: VmAnswer): 'checkpoint' | 'shadow' | null {
  const checkpoint = host.changeTracking && tracksChanges(vm.version);
  const shadow = host.productType !== 1;
  if (wanted !== 'shadow' && checkpoint) return 'checkpoint';
  if (wanted !== 'checkpoint' && shadow) return 'shadow';
  return null;
}
