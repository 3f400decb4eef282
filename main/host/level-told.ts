import type { OnReached } from '#engine/ports';
import { guestRequester, type HostBackup, type Reached } from './session.ts';

/** Msvm_VirtualSystemReferencePoint.ConsistencyLevel of a checkpoint that the guest had no part in. */
const crashLevel = 2;

interface LevelTold {
  /** Ends once whoever waits for the level has taken it, also when the act fails. */
  during<Result>(act: (onLevel: (level: number) => void) => Promise<Result>): Promise<Result>;
  fellBack(): boolean;
}

/** Hyper-V says only once the checkpoint is over whether the guest took part: it must not pass for what it was not. */
export function levelTold(
  { report }: HostBackup,
  of: { readonly asked: boolean; readonly reached: Reached; readonly onReached: OnReached | undefined },
): LevelTold {
  let fellBack = false;
  let taken: Promise<void> = Promise.resolve();
  const onLevel = (level: number): void => {
    if (!of.asked) return;
    fellBack = level === crashLevel;
    taken = of.onReached?.(fellBack ? 'crash' : of.reached.consistency) ?? taken;
    if (!fellBack) return;
    const detail = 'Hyper-V made the checkpoint without the guest, and says so only now';
    report({ step: 'post-backup', side: 'guest', actor: guestRequester, state: 'failed', detail });
  };
  return {
    fellBack: () => fellBack,
    async during(act) {
      try {
        return await act(onLevel);
      } finally {
        await taken;
      }
    },
  };
}
