/** What a restore point may say of its guest: what was reached, never more. */
import {
  asHostkeepError,
  HostkeepError,
  type Consistency,
  type ConsistencyPolicy,
  type ErrorData,
  type RestorePoint,
  type StepReport,
  toErrorData,
} from '#contract';
import type { BackupSession, OnReached, VmFacts } from '#engine/ports';
import { forgetPoint, republishPoint, type Repository } from '#engine/repository';

/** What the point says while the host has not vouched for its guest. */
export function claimOf(session: Pick<BackupSession, 'consistency' | 'proven'>): Consistency {
  return session.proven ? session.consistency : 'crash';
}

export interface Claiming {
  readonly repository: Repository;
  readonly policy: ConsistencyPolicy;
  readonly vm: VmFacts;
  readonly session: BackupSession;
  /** As it was published. */
  readonly point: RestorePoint;
  readonly report: (step: StepReport) => void;
}

export interface Claim {
  /** To be given to `complete`; never rejects. */
  readonly onReached: OnReached;
  /** What came of it, once `complete` has ended either way. */
  settle(): Settled;
}

export interface Settled {
  /** Null: the point had to go. */
  readonly consistency: Consistency | null;
  readonly warnings: readonly string[];
  readonly error: ErrorData | null;
}

/**
 * Raises the point to what the host says at last. A host that says that the guest took no part, though it was asked to, leaves a
 * crash-consistent point; unless content was left out on the guest's word: then the point is none.
 */
export function claim(claiming: Claiming): Claim {
  const { repository, session, point, report } = claiming;
  let reached: Consistency | null = session.proven ? session.consistency : null;
  let gone = false;
  let failure: HostkeepError | null = null;
  const act = async (told: Consistency): Promise<void> => {
    reached = told;
    if (told !== 'crash') return republishPoint(repository, { ...point, consistency: told });
    if (!point.disks.some((disk) => disk.skipped?.quiesced === true)) return;
    await forgetPoint(repository, point.id);
    gone = true;
    const detail = 'the restore point is withdrawn: unused space was left out on the word of a guest that took no part';
    report({ step: 'publish', side: 'console', state: 'failed', detail });
  };
  return {
    async onReached(told) {
      try {
        await act(told);
      } catch (error) {
        failure = asHostkeepError(error);
        report({ step: 'publish', side: 'console', state: 'failed', detail: failure.message });
      }
    },
    settle: () => settled(claiming, { reached, gone, failure }),
  };
}

interface Came {
  readonly reached: Consistency | null;
  readonly gone: boolean;
  readonly failure: HostkeepError | null;
}

function settled({ policy, vm, session }: Claiming, { reached, gone, failure }: Came): Settled {
  const consistency = reached ?? 'crash';
  const note = noteOf(session, reached);
  const less = consistency !== vm.reachable && policy !== 'allow';
  const warnings = less ? [`${consistency} consistency only: ${note}`] : [];
  if (failure !== null) return { consistency: 'crash', warnings, error: toErrorData(failure) };
  // Nobody has vouched for the guest, or somebody has said that it took no part.
  const unproven = consistency === 'crash' && session.consistency !== 'crash';
  if (!gone && !(unproven && policy === 'require')) return { consistency, warnings, error: null };
  const error = new HostkeepError('host/consistency-not-reached', { vm: vm.name, says: note, kept: !gone });
  return { consistency: gone ? null : consistency, warnings: [], error: toErrorData(error) };
}

function noteOf(session: BackupSession, reached: Consistency | null): string {
  if (reached === null) return 'the host could not say whether the guest took part';
  if (reached === session.consistency) return session.consistencyNote ?? 'no reason given';
  return 'the host made the checkpoint without the guest, and said so only at its end';
}
