import { HostkeepError, type DiskMark, type Job } from '#contract';
import { markOfImage } from '#engine/backup';
import { isNamed } from '#engine/jobs';
import type { VmFacts } from '#engine/ports';
import type { Home } from '../home.ts';
import { findJob, noteExcluded } from '../state/jobs.ts';

/**
 * Keeps what the disks are that were just chosen to be left out, before they can move. Of a host elsewhere, and of a disk that its VM holds
 * open, this computer cannot tell: then the first run does.
 */
export async function markExcluded(home: Pick<Home, 'hosts' | 'state'>, job: Job, chosenAt: number): Promise<Job> {
  const fresh = job.excludedDisks.filter((one) => one.was === null && one.chosenAt === chosenAt);
  const record = home.hosts.select(job.host);
  if (fresh.length === 0 || record.address !== null) return job;
  const vms = (await unlessRefused(() => listVms(home, record))) ?? [];
  for (const { vm: name, disk } of fresh) {
    const [vm, ...others] = vms.filter((one) => isNamed(one, name));
    const path = others.length > 0 ? undefined : vm?.disks[disk]?.path;
    const mark = path === undefined ? undefined : await unlessRefused((): Promise<DiskMark> => markOfImage(path));
    if (vm !== undefined && mark !== undefined) noteExcluded(home.state, job.id, { is: (one) => isNamed(vm, one), disk, mark });
  }
  return findJob(home.state, job.id);
}

async function listVms({ hosts }: Pick<Home, 'hosts'>, record: ReturnType<Home['hosts']['select']>): Promise<readonly VmFacts[]> {
  const host = await hosts.open(record);
  try {
    return await host.hypervisor.listVms();
  } finally {
    await host.close();
  }
}

/** The job is made all the same. */
async function unlessRefused<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HostkeepError) return undefined;
    throw error;
  }
}
