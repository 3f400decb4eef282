import { hasCode } from '#contract';
import type { CallOptions } from './operation.ts';
import { quarters, type HostBackup } from './session.ts';

type Leaving = Required<Pick<CallOptions, 'signal' | 'onProgress'>>;

/** What a host goes on with alone, by the phase in which scripts tell of it. */
const says = {
  merge: 'cancelled: Hyper-V goes on merging the disks alone, and the next run looks whether it has ended',
  'end-backup': 'cancelled: the host tells its writers of the success alone, and the next run cleans up after it',
} as const;

/**
 * Waits for what ends in such a phase as long as anybody wants the run. Once it is cancelled, what is not over within moments is left
 * to the host, which goes on alone, and to the next run, which finds it in the ledger. True: it was left.
 */
export async function leaveToHost(
  backup: HostBackup,
  last: keyof typeof says,
  act: (leaving: Leaving) => Promise<unknown>,
): Promise<boolean> {
  const { options, report, signal } = backup;
  const [leave, over] = [new AbortController(), new AbortController()];
  const tell = quarters(backup, 'release');
  let reached = false;
  let leaving = false;
  const look = (): void => {
    if (leaving || !reached || !signal.aborted) return;
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
        reached ||= phase === last;
        look();
      },
    });
    return false;
  } catch (error) {
    if (!leave.signal.aborted || !hasCode(error, 'input/cancelled')) throw error;
    report({ step: 'release', side: 'host', actor: 'Hyper-V', state: 'warning', detail: says[last] });
    return true;
  } finally {
    over.abort();
    signal.removeEventListener('abort', look);
  }
}
