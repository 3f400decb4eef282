import type { RunId } from '#contract';
import { pickVm } from '#engine/backup';
import type { Hypervisor } from '#engine/ports';
import { tryVm, type SelfTest } from '#host';

/** What only a checkpoint can tell of a host, tried on a VM that somebody named. @throws HostkeepError host/vm-not-found, input/ambiguous */
export async function trialOf(
  host: Hypervisor,
  vm: string,
  of: { readonly run: RunId; readonly signal: AbortSignal },
): Promise<SelfTest['items']> {
  const { id } = pickVm(await host.listVms(), vm);
  return tryVm({ host, vmId: id, ...of });
}
