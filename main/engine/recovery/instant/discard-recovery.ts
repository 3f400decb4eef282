import type { RunId } from '#contract';
import type { DiskPublisher, RecoveryContext } from './publisher.ts';

interface Discarding extends Pick<RecoveryContext, 'recoverer' | 'report' | 'run'> {
  readonly publisher: Pick<DiskPublisher, 'stop' | 'discard'>;
}

/**
 * The VM goes first, then what it wrote: as long as it is there it may be finalised. Done again, it finishes what was cut off.
 * @throws HostkeepError host/*, publish/*, overlay/failed
 */
export async function discardRecovery({ publisher, recoverer, report, run }: Discarding, recovery: RunId): Promise<void> {
  await recoverer.discard({ run: recovery, by: run }, report);
  await publisher.stop();
  await publisher.discard();
  report({ step: 'discard', side: 'console', actor: 'publisher', state: 'done', detail: 'what the VM wrote is thrown away' });
}
