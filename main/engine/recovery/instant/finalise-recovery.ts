import { asHostkeepError, type OnProgress, type RunId } from '#contract';
import type { FinaliseSession } from '#engine/ports';
import { diskOf } from '#engine/repository';
import { restoreDisk } from '../restore/restore-disk.ts';
import { applyOverlay } from './apply-overlay.ts';
import type { RecoveryContext } from './publisher.ts';
import { refuseCancelled } from './start-recovery.ts';

export interface Finalised {
  readonly vmId: string;
  readonly name: string;
  readonly files: readonly string[];
  /** What the VM had written, which was copied while it was down. */
  readonly overlayBytes: number;
  /** From the shutdown to the start on local disks. */
  readonly downMs: number;
}

/**
 * Moves a VM home. While it runs, its local disks are written from the restore point, which never changes; then the guest is shut down,
 * what it wrote in the meantime is put over them, and it starts on them. So it is down for its own restart and for what it has
 * written, not for the size of its disks. What fails before disks are switched is undone: the VM runs on as before.
 * @throws HostkeepError host/*, repository/*, recovery/target-*, input/cancelled
 */
export async function finaliseRecovery(
  context: RecoveryContext,
  of: { readonly recovery: RunId; readonly turnOff: boolean },
): Promise<Finalised> {
  const { clock, point, publisher, recoverer, report, run, signal } = context;
  refuseCancelled(signal);
  const disks = point.disks.map(({ index, label, sizeBytes }) => ({ index, label, sizeBytes }));
  const session = await recoverer.beginFinalise({ run: of.recovery, by: run, disks }, report);
  let overlayBytes = 0;
  let down = 0;
  try {
    await writeBase(context, session);
    refuseCancelled(signal);
    down = clock.now();
    await session.stop(of.turnOff);
    await publisher.stop();
    overlayBytes = await writeOverlay(context, session);
  } catch (error) {
    await runOn(context, session, error);
    throw error;
  }
  const done = await session.complete();
  const downMs = clock.now() - down;
  await publisher.discard();
  return { ...done, overlayBytes, downMs };
}

async function writeBase(
  { onProgress, point, report, repository, signal }: RecoveryContext,
  session: FinaliseSession,
): Promise<void> {
  const total = session.targets.reduce((sum, { index }) => sum + diskOf(point, index).sizeBytes, 0);
  let before = 0;
  for (const { index, path, hostPath } of session.targets) {
    const said = { step: 'write-disks', side: 'console', actor: `disk ${index}` } as const;
    report({ ...said, state: 'started', detail: `${hostPath}, while the VM runs` });
    const shown: OnProgress = ({ doneBytes }) =>
      onProgress({ phase: 'finalise', doneBytes: before + doneBytes, totalBytes: total });
    await restoreDisk(repository, point, index, { to: path, format: 'vhdx', onProgress: shown, signal });
    before += diskOf(point, index).sizeBytes;
    report({ ...said, state: 'done' });
  }
}

async function writeOverlay({ publisher, report }: RecoveryContext, session: FinaliseSession): Promise<number> {
  let bytes = 0;
  for (const { index, path } of session.targets) {
    const said = { step: 'apply-overlay', side: 'console', actor: `disk ${index}` } as const;
    report({ ...said, state: 'started' });
    const disk = await publisher.open(index);
    try {
      const written = await applyOverlay(disk, path);
      bytes += written;
      report({ ...said, state: 'done', detail: `${written} bytes that the VM had written` });
    } finally {
      await disk.close();
    }
  }
  return bytes;
}

/** The VM goes on as it was: its disks are served again first. What cannot be undone now is residue; the first failure is what counts. */
async function runOn({ publisher, report }: RecoveryContext, session: FinaliseSession, error: unknown): Promise<void> {
  const told = (cause: unknown): void =>
    report({ step: 'undo', side: 'host', state: 'failed', detail: asHostkeepError(cause).message });
  // Where they cannot be served now the VM stays off, and what it wrote is kept.
  await publisher.resume().catch(told);
  await session.abort(asHostkeepError(error).message).catch(told);
}
