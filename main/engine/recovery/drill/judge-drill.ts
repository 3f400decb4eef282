import type { DrillVerdict } from '#contract';
import type { BootVerdict } from '../instant/watch-boot.ts';

/** What the verification of the point's data found. */
export type DataVerdict = 'sound' | 'doubtful' | 'damaged';

/** A drill passes when the guest answered and its data is sound; what nobody can tell is never a pass. */
export function judgeDrill(boot: BootVerdict | null, data: DataVerdict): DrillVerdict {
  if (boot === null || boot === 'failed' || data === 'damaged') return 'failed';
  return boot === 'booted' && data === 'sound' ? 'passed' : 'unclear';
}
