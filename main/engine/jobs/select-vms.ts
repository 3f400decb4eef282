import type { JobDefinition } from '#contract';

/** What of a VM a selection looks at. */
export interface SelectableVm {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

export interface Selected<Vm> {
  readonly vms: readonly Vm[];
  /** Chosen by name or id, and not on the host: that is a failure of the run, not something to pass over. */
  readonly missing: readonly string[];
}

/** The VMs of a job, as the host has them when the run starts. */
export function selectVms<Vm extends SelectableVm>(
  job: Pick<JobDefinition, 'selection' | 'excludedVms'>,
  vms: readonly Vm[],
): Selected<Vm> {
  const { selection } = job;
  const kept = vms.filter((vm) => !job.excludedVms.some((name) => isNamed(vm, name)));
  if (selection.kind === 'all') return { vms: kept, missing: [] };
  if (selection.kind === 'tagged') {
    const wanted = selection.tags.map((tag) => tag.toLowerCase());
    return { vms: kept.filter((vm) => vm.tags.some((tag) => wanted.includes(tag.toLowerCase()))), missing: [] };
  }
  return {
    vms: kept.filter((vm) => selection.vms.some((name) => isNamed(vm, name))),
    missing: selection.vms.filter((name) => !vms.some((vm) => isNamed(vm, name))),
  };
}

/** The disks of a VM that the job leaves out. */
export function excludedDisksOf(
  job: Pick<JobDefinition, 'excludedDisks'>,
  vm: Pick<SelectableVm, 'id' | 'name'>,
): JobDefinition['excludedDisks'] {
  return job.excludedDisks.filter((excluded) => isNamed(vm, excluded.vm));
}

export function isNamed(vm: Pick<SelectableVm, 'id' | 'name'>, name: string): boolean {
  return vm.id.toLowerCase() === name.toLowerCase() || vm.name.toLowerCase() === name.toLowerCase();
}
