import type { OnReached } from '#engine/ports';
import { guestRequester, type HostBackup, type Reached } from './session.ts';

/** Msvm_VirtualSystemReferencePoint.ConsistencyLevel; anything else tells nothing. */
const levels = { application: 1, crash: 2 } as const;

interface LevelTold {
  /** Ends once whoever waits for the level has taken it, also when the act fails. */
  during<Result>(act: (onLevel: (level: number) => void) => Promise<Result>): Promise<Result>;
  /** Whether the guest is known to have had no part. */
  fellBack(): boolean;
}

/**
 * Hyper-V says only once the checkpoint is over whether the guest took part: it must not pass for what it was not. A host that says
 * nothing has vouched for nothing.
 */
export function levelTold(
  { report }: HostBackup,
  of: { readonly asked: boolean; readonly reached: Reached; readonly onReached: OnReached | undefined },
): LevelTold {
  let fellBack = false;
  let taken: Promise<void> = Promise.resolve();
  const onLevel = (level: number): void => {
    if (!of.asked) return;
    fellBack = level === levels.crash;
    if (fellBack || level === levels.application) taken = of.onReached?.(fellBack ? 'crash' : of.reached.consistency) ?? taken;
    if (level === levels.application) return;
    const detail = fellBack
      ? 'Hyper-V made the checkpoint without the guest, and says so only now'
      : 'Hyper-V does not say whether the guest took part, so the restore point does not claim it';
    const state = fellBack ? 'failed' : 'warning';
    report({ step: 'post-backup', side: 'guest', actor: guestRequester, state, detail });
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
