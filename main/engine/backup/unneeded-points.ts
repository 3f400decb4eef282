/** Reference points on a host that no run will start from. Each has Hyper-V track changes on, so they are bounded, though no host bounds them. */
import type { Residue } from '#engine/ports';
import type { RunJournal } from './run-journal.ts';

/** A job that runs four times a year still finds its own. */
const keptDays = 100;
const keptPerVm = 8;
const day = 86_400_000;

export interface UnneededPoint {
  readonly item: Residue;
  /** A sentence for the operator. */
  readonly why: string;
}

type Known = Pick<RunJournal, 'isAlive' | 'isOver' | 'baseline' | 'intendedBaseline'>;

/**
 * A run of this journal that is over, and whose point nobody remembers as a start, has left it for nothing: its repository is gone from the console,
 * or another run has taken its place. Of points of other consoles only their age is known. A VM on which something is going on is left alone.
 */
export function unneededPoints(residue: readonly Residue[], journal: Known, now: number): readonly UnneededPoint[] {
  const busy = new Set(residue.flatMap(({ kind, vmId }) => (kind === 'reference-point' ? [] : [vmId])));
  const points = residue
    .filter(({ kind, run, vmId }) => kind === 'reference-point' && !busy.has(vmId) && !journal.isAlive(run))
    .toSorted((one, other) => (other.at ?? now) - (one.at ?? now));
  return points.flatMap((item): UnneededPoint[] => {
    const before = points.slice(0, points.indexOf(item)).filter(({ vmId }) => vmId === item.vmId).length;
    const why = whyNot(item, { journal, now, before });
    return why === null ? [] : [{ item, why: `reference point of run ${item.run} dropped: ${why}` }];
  });
}

interface Asked {
  readonly journal: Known;
  readonly now: number;
  /** How many of the same VM are newer. */
  readonly before: number;
}

function whyNot({ at, id, repository, run, vmId }: Residue, { journal, now, before }: Asked): string | null {
  // Earlier builds did not note whose a point is; the next run of its VM takes its place.
  if (repository === undefined) return null;
  const isStart =
    journal.baseline(repository, vmId)?.referencePoint === id || journal.intendedBaseline(repository, vmId)?.run === run;
  if (!isStart && journal.isOver(run)) return 'no run starts from it any more';
  if (at !== undefined && now - at > keptDays * day) return `nothing was backed up from it for ${keptDays} days`;
  return before >= keptPerVm ? `of one VM ${keptPerVm} are kept` : null;
}
