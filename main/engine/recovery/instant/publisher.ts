import type { OnProgress, RestorePoint, RunId, StepReport } from '#contract';
import type { OverlayDisk } from '#engine/blocks';
import type { Clock, ServedDisks, VmRecoverer } from '#engine/ports';
import type { Repository } from '#engine/repository';

/** Serves the disks of the recovery's restore point. What a VM writes to them is kept until it is discarded. */
export interface DiskPublisher {
  /** Serves them to that initiator alone. @throws HostkeepError publish/*, overlay/* */
  serve(initiator: string): Promise<ServedDisks>;
  /** Serves them again as they were served before, to the same initiator at the same address; fine where they still are. */
  resume(): Promise<void>;
  /** Ends the serving, everything flushed; fine where nothing is served any more. */
  stop(): Promise<void>;
  /** One disk as the VM left it, once nothing is served any more. */
  open(disk: number): Promise<OverlayDisk>;
  /** Throws away what was written; fine where there is nothing. */
  discard(): Promise<void>;
}

/** What every act on a recovery needs. */
export interface RecoveryContext {
  /** The run that acts. */
  readonly run: RunId;
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly recoverer: VmRecoverer;
  readonly publisher: DiskPublisher;
  readonly clock: Clock;
  readonly report: (step: StepReport) => void;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}
