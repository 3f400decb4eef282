import { HostkeepError } from '#contract';
import type { VmFacts } from '#engine/ports';

/** The VM of that name or id. @throws HostkeepError host/vm-not-found, input/ambiguous */
export function theVm(vms: readonly VmFacts[], spec: string): VmFacts {
  const wanted = spec.toLowerCase();
  const found = vms.filter((vm) => vm.id.toLowerCase() === wanted || vm.name.toLowerCase() === wanted);
  if (found.length > 1) throw new HostkeepError('input/ambiguous', { vm: spec, ids: found.map((vm) => vm.id) });
  if (found[0] === undefined) throw new HostkeepError('host/vm-not-found', { vm: spec });
  return found[0];
}
