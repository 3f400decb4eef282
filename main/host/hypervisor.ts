import { HostkeepError } from '#contract';
import type { Hypervisor } from '#engine/ports';
import { checksByGuest, reportWriters } from './ask-guest.ts';
import { checksOf } from './checks.ts';
import { freezeByCheckpoint } from './checkpoint-session.ts';
import { withEvents } from './attach-events.ts';
import type { HostOptions } from './host-options.ts';
import { callHost } from './operation.ts';
import { discover } from './operations/discover.ts';
import { history } from './operations/history.ts';
import { cleanResidueOperation } from './operations/release.ts';
import { listResidueOperation, scriptKind } from './operations/residue.ts';
import { orAbort, sessionOf, type HostBackup } from './session.ts';
import { filesOf, shareChecks } from './share-checks.ts';
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
      const discovery = await callHost(shell, discover, { vmId: vmIds?.length === 1 ? vmIds[0]! : null, names: true });
      const events = await callHost(shell, history, { days: 7, writers: discovery.host.productType !== 1 });
      const checks = [...checksOf(options, discovery, events, vmIds)];
      const shares = shareChecks(options);
      for (const vm of discovery.vms)
        if (vmIds === undefined || vmIds.includes(vm.id))
          checks.push(...(await shares(vm)), ...(await checksByGuest(options, vm)));
      return checks;
    },
    listResidue: () => callHost(shell, listResidueOperation, { ledger }),
    async cleanResidue({ id, kind, vmId }, { signal, wait = true } = {}) {
      const { jobSeconds } = limits;
      const mergeSeconds = wait ? limits.earlierMergeSeconds : 0;
      const wanted = { ledger, vmId, id, kind: scriptKind(kind), jobSeconds, mergeSeconds };
      await callHost(shell, cleanResidueOperation, wanted, signal === undefined ? {} : { signal });
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
      await options.shares?.reach(filesOf(vm.disks));
      await reportWriters(options, vm, report);
      const backup: HostBackup = { options, host, vm, request, report, signal };
      const watched = withEvents(backup);
      const frozen = await watched.during('checkpoint', () =>
        path === 'checkpoint' ? freezeByCheckpoint(backup) : freezeByShadow(backup),
      );
      return orAbort(backup, frozen, async () => {
        // Shadow copies are exposed where the disks are not.
        await options.shares?.reach(filesOf(frozen.disks));
        return watched.session(sessionOf(backup, frozen));
      });
    },
  };
}
