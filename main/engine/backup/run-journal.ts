import type { RunId, RunRecord, RunResult, RunOutcome, StepReport } from '#contract';

/** What the next run of a VM starts from. */
export interface Baseline {
  /** The host's change-tracking baseline. */
  readonly referencePoint: string;
  /** The restore point that was made from it. */
  readonly point: string;
}

/** Where a run writes down what happens, as it happens. */
export interface RunJournal {
  begin(run: Pick<RunRecord, 'id' | 'kind' | 'startedAt' | 'pid' | 'repository' | 'vms'>): void;
  step(run: RunId, vm: string | null, report: StepReport): void;
  end(run: RunId, result: RunResult, outcome: RunOutcome): void;
  /** Whether a run is still going on: then what it made on a host is not residue. */
  isAlive(run: RunId): boolean;
  baseline(repository: string, vmId: string): Baseline | undefined;
  setBaseline(repository: string, vmId: string, baseline: Baseline): void;
}
