import { HostkeepError, type EvidenceDepth, type OnProgress, type RestorePoint } from '#contract';
import type { GuestVolumes } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import type { Findings } from './findings.ts';

/** The restore point that is looked at. */
export interface Subject {
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly volumes: GuestVolumes;
}

export interface Watch {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface Work extends Subject, Watch {
  readonly depth: EvidenceDepth;
  readonly found: Findings;
}

export function stopWhenCancelled({ signal }: Pick<Watch, 'signal'>): void {
  if (signal.aborted) throw new HostkeepError('input/cancelled');
}
