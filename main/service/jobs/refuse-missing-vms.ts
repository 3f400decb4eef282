import { HostkeepError, type Job } from '#contract';
import { isNamed, selectVms, type SelectableVm } from '#engine/jobs';
import type { Home } from '../home.ts';
import { seenVms } from '../state/inventory.ts';

/**
 * VMs that the job names and its host has not. The host is asked where it has not been seen with them; what cannot be asked without a person is
 * as it was last seen, and where nothing is known nothing is missing. @throws HostkeepError job/vm-gone
 */
export async function refuseMissingVms(home: Pick<Home, 'hosts' | 'state'>, job: Job): Promise<void> {
  const seen = seenVms(home.state).filter((vm) => vm.host === job.host && vm.state !== 'gone');
  if (seen.length > 0 && missingOf(job, seen).length === 0) return;
  const present = (await presentVms(home, job.host)) ?? (seen.length > 0 ? seen : undefined);
  const missing = present === undefined ? [] : missingOf(job, present);
  if (missing.length > 0) throw new HostkeepError('job/vm-gone', { vms: missing });
}

function missingOf(job: Job, vms: readonly Pick<SelectableVm, 'id' | 'name'>[]): readonly string[] {
  const present = vms.map(({ id, name }) => ({ id, name, tags: [] }));
  const unknown = (name: string): boolean => !present.some((vm) => isNamed(vm, name));
  const left = [...job.excludedVms, ...job.excludedDisks.map(({ vm }) => vm)];
  return [...new Set([...selectVms(job, present).missing, ...left.filter(unknown)])];
}

async function presentVms(
  { hosts }: Pick<Home, 'hosts'>,
  name: string,
): Promise<readonly Pick<SelectableVm, 'id' | 'name'>[] | undefined> {
  try {
    const host = await hosts.open(hosts.select(name));
    try {
      return await host.hypervisor.listVms();
    } finally {
      await host.close();
    }
  } catch (error) {
    // A host that is away or wants a password is no reason to refuse the job, and its runs will say so.
    if (error instanceof HostkeepError) return undefined;
    throw error;
  }
}
