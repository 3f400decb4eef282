/** How far each VM of a run is, from the steps that were recorded and what the run wrote down last. */
import type { RecordedStep, RunView, StepName } from '#contract';

export interface VmStanding {
  readonly vm: string;
  readonly state: 'waiting' | 'running' | 'done' | 'warning' | 'failed';
  /** The last that was told of; null while it waits. */
  readonly step: StepName | null;
  /** Of its data, while that is read; null before and after. */
  readonly share: number | null;
}

/** Those at work first, then those that are over, then those that wait. */
export function standingOfVms(
  { vms, progress }: Pick<RunView, 'vms' | 'progress'>,
  steps: readonly RecordedStep[],
): readonly VmStanding[] {
  const stepsOf = Map.groupBy(steps, ({ vm }) => vm);
  const reading = progress === null ? [] : [progress, ...(progress.others ?? [])];
  const all = vms.map((vm): VmStanding => {
    const own = stepsOf.get(vm) ?? [];
    const state = stateOf(own);
    const part = state === 'running' ? reading.find(({ phase }) => phase === vm) : undefined;
    const share = part === undefined || part.totalBytes === 0 ? null : Math.min(1, part.doneBytes / part.totalBytes);
    return { vm, state, step: own.at(-1)?.step ?? null, share };
  });
  const order = ['running', 'failed', 'warning', 'done', 'waiting'] as const;
  return order.flatMap((wanted) => all.filter(({ state }) => state === wanted));
}

/** The residue gate is the end of a VM; what has failed before it does not go on. */
function stateOf(own: readonly RecordedStep[]): VmStanding['state'] {
  const last = own.findLast(({ step, side }) => step === 'residue-gate' && side === 'host');
  if (last === undefined) return own.length === 0 ? 'waiting' : own.some(endsIt) ? 'failed' : 'running';
  if (last.state === 'failed') return 'failed';
  return own.some(({ state }) => state === 'warning' || state === 'failed') ? 'warning' : 'done';
}

/** What a run does not try again: blocked, its data could not be read, or its point not be published. */
const endsIt = ({ step, state }: RecordedStep): boolean =>
  state === 'failed' && (step === 'preflight' || step === 'route-data' || step === 'publish');
