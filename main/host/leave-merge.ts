import { hasCode } from '#contract';
import type { CallOptions } from './operation.ts';
import { quarters, type HostBackup } from './session.ts';

type Leaving = Required<Pick<CallOptions, 'signal' | 'onProgress'>>;

/**
 * Waits for what ends in a merge as long as anybody wants the run. Once it is cancelled, a merge that is not over within moments is
 * left to Hyper-V, which goes on alone, and to the next run, which finds it in the ledger. True: it was left.
 */
export async function leaveMerge(backup: HostBackup, act: (leaving: Leaving) => Promise<unknown>): Promise<boolean> {
  const { options, report, signal } = backup;
  const [leave, over] = [new AbortController(), new AbortController()];
  const tell = quarters(backup, 'release');
  let merging = false;
  let leaving = false;
  const look = (): void => {
    if (leaving || !merging || !signal.aborted) return;
    leaving = true;
    options.clock.sleep(options.limits.cancelledMergeMs, over.signal).then(
      () => leave.abort(),
      () => undefined, // It was over before.
    );
  };
  signal.addEventListener('abort', look);
  try {
    await act({
      signal: leave.signal,
      onProgress(phase, percent) {
        tell(phase, percent);
        merging ||= phase === 'merge';
        look();
      },
    });
    return false;
  } catch (error) {
    if (!leave.signal.aborted || !hasCode(error, 'input/cancelled')) throw error;
    const detail = 'cancelled: Hyper-V goes on merging the disks alone, and the next run looks whether it has ended';
    report({ step: 'release', side: 'host', actor: 'Hyper-V', state: 'warning', detail });
    return true;
  } finally {
    over.abort();
    signal.removeEventListener('abort', look);
  }
}
