import type { VmView } from '#contract';

type Named = Pick<VmView, 'id' | 'name'>;

/** Jobs know VMs by name or id. */
export function isNamed(vm: Named, spec: string): boolean {
  return sameText(vm.id, spec) || sameText(vm.name, spec);
}

export function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** How a job is told of the VMs that were picked: by name, where another has the same name by id; who was named by id before stays so. */
export function specsOf(
  picked: readonly Named[],
  of: { readonly chosen: readonly string[]; readonly here: readonly Named[] },
): string[] {
  return picked.map((vm) => {
    const isAlone = of.here.every((other) => other.id === vm.id || !sameText(other.name, vm.name));
    const byId = of.chosen.find((spec) => sameText(spec, vm.id));
    return byId ?? (isAlone ? vm.name : vm.id);
  });
}
