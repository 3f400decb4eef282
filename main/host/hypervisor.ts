import { asHostkeepError, HostkeepError } from '#contract';
import type { Hypervisor, PreflightCheck } from '#engine/ports';
import { checksByGuest, reportWriters } from './ask-guest.ts';
import { checksOf } from './checks.ts';
import { freezeByCheckpoint } from './checkpoint-session.ts';
import { withEvents } from './attach-events.ts';
import type { HostOptions } from './host-options.ts';
import { callHost } from './operation.ts';
import { discover, type VmAnswer } from './operations/discover.ts';
import { history } from './operations/history.ts';
import { cleanResidueOperation } from './operations/release.ts';
import { listResidueOperation, scriptKind } from './operations/residue.ts';
import { sessionOf, type Frozen, type HostBackup } from './session.ts';
import { freezeByShadow } from './shadow-session.ts';
import { pathFor, vmFacts } from './vm-facts.ts';

/** A Hyper-V host, here or behind PowerShell Remoting. */
export function hyperVHost(options: HostOptions): Hypervisor {
  const { shell, ledger, limits } = options;
  return {
    async facts() {
      const { host } = await callHost(shell, discover, { vmId: null });
      const os = `${host.caption} (${host.version})`;
      return { id: options.id, name: options.name, kind: 'hyper-v', os, changeTracking: host.changeTracking };
    },
    async listVms() {
      const { host, vms } = await callHost(shell, discover, { vmId: null });
      if (!host.elevated) throw new HostkeepError('host/not-elevated', { host: host.name });
      if (!host.hyperV) throw new HostkeepError('host/hyper-v-missing', { host: host.name });
      if (!host.managementRuns) throw new HostkeepError('host/management-stopped', { host: host.name });
      return vms.map(vmFacts);
    },
    async preflight(vmIds) {
      const discovery = await callHost(shell, discover, { vmId: vmIds?.length === 1 ? vmIds[0]! : null });
      const events = await callHost(shell, history, { days: 7, writers: discovery.host.productType !== 1 });
      const checks = [...checksOf(options, discovery, events, vmIds)];
      for (const vm of discovery.vms)
        if (vmIds === undefined || vmIds.includes(vm.id))
          checks.push(...(await shareCheck(options, vm)), ...(await checksByGuest(options, vm)));
      return checks;
    },
    listResidue: () => callHost(shell, listResidueOperation, { ledger }),
    async cleanResidue({ id, kind, vmId }) {
      await callHost(shell, cleanResidueOperation, { ledger, vmId, id, kind: scriptKind(kind), ...limits });
    },
    async beginBackup(request, report, signal) {
      signal.throwIfAborted();
      const { host, vms } = await callHost(shell, discover, { vmId: request.vmId }, { signal });
      const vm = vms.find((one) => one.id === request.vmId);
      if (vm === undefined) throw new HostkeepError('host/vm-not-found', { vm: request.vmId });
      const path = pathFor(options.path, host, vm);
      if (path === null)
        throw new HostkeepError('host/path-unavailable', { vm: vm.name, path: options.path, version: vm.version });
      // What cannot be read is to be known before a guest is frozen.
      await options.shares?.reach(filesOf(vm));
      await reportWriters(options, vm, report);
      const backup: HostBackup = { options, host, vm, request, report, signal };
      const watched = withEvents(backup);
      const frozen = await watched.during('checkpoint', () =>
        path === 'checkpoint' ? freezeByCheckpoint(backup) : freezeByShadow(backup),
      );
      await reachOrAbort(options, frozen);
      return watched.session(sessionOf(backup, frozen));
    },
  };
}

const filesOf = ({ disks }: VmAnswer): readonly string[] =>
  disks.filter((disk) => !disk.passThrough).flatMap((disk) => [disk.path, ...disk.parents]);

/** Shadow copies are exposed where the disks are not. */
async function reachOrAbort({ shares }: HostOptions, { abort, disks }: Frozen): Promise<void> {
  try {
    await shares?.reach(disks.flatMap((disk) => [disk.path, ...disk.parents]));
  } catch (error) {
    await abort();
    throw error;
  }
}

/** Whether the disks of a VM can be read from here. */
async function shareCheck({ shares }: HostOptions, vm: VmAnswer): Promise<readonly PreflightCheck[]> {
  if (shares === undefined) return [];
  try {
    await shares.reach(filesOf(vm));
    return [
      {
        id: 'share-access',
        vm: vm.name,
        verdict: 'ok',
        says: 'Its disks can be reached over the shares of the host.',
        remedy: '',
      },
    ];
  } catch (error) {
    const { code, message, remedy } = asHostkeepError(error);
    return [{ id: 'share-access', vm: vm.name, verdict: 'blocking', says: message, remedy, code }];
  }
}
