/** Whether there is room for what a run may add. That the account may write there is shown by the lock that the run takes. */
import { checkSays, toldCheck, type RestorePoint } from '#contract';
import type { PreflightCheck, VmFacts } from '#engine/ports';
import type { Repository } from '#engine/repository';

/** What a run adds is guessed from the one before it, generously. */
const growth = 2;
/** How much of what a disk's file takes is left once it is cut into chunks and compressed, at a first backup. */
const firstShare = 0.7;
const gib = 1024 ** 3;

export async function checkTarget(
  { storage }: Pick<Repository, 'storage'>,
  vms: readonly VmFacts[],
  points: readonly RestorePoint[],
): Promise<PreflightCheck> {
  const free = await storage.freeBytes();
  const check = { id: 'target', vm: null, error: null } as const;
  if (free === undefined) return { ...check, verdict: 'ok', ...toldCheck(checkSays('target-untold')) };
  const wanted = vms.reduce((sum, vm) => sum + expectedBytes(vm, points), 0);
  const values = { free: amount(free), wanted: amount(wanted), freeBytes: free, wantedBytes: wanted };
  return free > wanted
    ? { ...check, verdict: 'ok', ...toldCheck(checkSays('target-room', values)) }
    : { ...check, verdict: 'warning', ...toldCheck(checkSays('target-low', values)) };
}

function expectedBytes(vm: VmFacts, points: readonly RestorePoint[]): number {
  const last = points.findLast((point) => point.vmId === vm.id);
  if (last !== undefined) return growth * last.disks.reduce((sum, disk) => sum + disk.newBytes, 0);
  return firstShare * vm.disks.reduce((sum, disk) => sum + disk.allocatedBytes, 0);
}

function amount(bytes: number): string {
  if (bytes < gib) return `${Math.ceil(bytes / (1024 * 1024))} MiB`;
  return `${(bytes / gib).toFixed(bytes < 10 * gib ? 1 : 0)} GiB`;
}
