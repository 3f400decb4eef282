import type { RunId, RunRecord, RunResult, RunOutcome, StepReport } from '#contract';
import type { DiskFiles } from './lineage.ts';

/** What the next run of a VM starts from. */
export interface Baseline {
  /** The host's change-tracking baseline. */
  readonly referencePoint: string;
  /** The restore point that was made from it. */
  readonly point: string;
  /** What the VM's disks lay on then; empty where an earlier build has made it. */
  readonly files: readonly DiskFiles[];
}

/** What a run is about to leave on the host: should it be cut off, the reference point is known by the run that made it. */
export interface IntendedBaseline {
  readonly run: RunId;
  readonly point: string;
  readonly files: readonly DiskFiles[];
}

/** Where a run writes down what happens, as it happens. */
export interface RunJournal {
  begin(run: Pick<RunRecord, 'id' | 'kind' | 'startedAt' | 'pid' | 'repository' | 'vms'>): void;
  step(run: RunId, vm: string | null, report: StepReport): void;
  end(run: RunId, result: RunResult, outcome: RunOutcome): void;
  /** Whether a run is still going on: then what it made on a host is not residue. */
  isAlive(run: RunId): boolean;
  /** Whether a run of this journal goes on no more: what it left on a host is residue. Of runs of other consoles nothing is known. */
  isOver(run: RunId): boolean;
  baseline(repository: string, vmId: string): Baseline | undefined;
  /** Also ends what was intended. */
  setBaseline(repository: string, vmId: string, baseline: Baseline): void;
  intendedBaseline(repository: string, vmId: string): IntendedBaseline | undefined;
  /** Written down before the host makes the reference point. */
  intendBaseline(repository: string, vmId: string, intended: IntendedBaseline): void;
}
