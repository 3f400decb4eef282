/** What ended runs have left on a host, and its cleaning by hand: the command line's and the console's. */
import { toErrorData, type ErrorData } from '#contract';
import type { Hypervisor, Residue } from '#engine/ports';
import type { Home } from './home.ts';

/** What nobody works on any more. Reference points are wanted: the next run starts from them. */
export async function leftOver(hypervisor: Hypervisor, { journal }: Pick<Home, 'journal'>): Promise<readonly Residue[]> {
  return (await hypervisor.listResidue()).filter((item) => item.kind !== 'reference-point' && !journal.isAlive(item.run));
}

export interface KeptResidue extends Residue {
  /** Why it could not be cleaned. */
  readonly error: ErrorData;
}

/** What cannot be cleaned is told, and does not keep the rest. */
export async function cleanLeftOver(
  hypervisor: Hypervisor,
  left: readonly Residue[],
): Promise<{ readonly cleaned: readonly Residue[]; readonly kept: readonly KeptResidue[] }> {
  const [cleaned, kept]: [Residue[], KeptResidue[]] = [[], []];
  for (const item of left)
    try {
      await hypervisor.cleanResidue(item);
      cleaned.push(item);
    } catch (error) {
      kept.push({ ...item, error: toErrorData(error) });
    }
  return { cleaned, kept };
}
