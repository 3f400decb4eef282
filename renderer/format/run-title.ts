import type { RunView } from '#contract';
import type { Say } from '../use-text.ts';

/** `Backup: FS01, APP01`; the lab itself needs no subject. */
export function runTitle(say: Say, run: Pick<RunView, 'kind' | 'vms'>): string {
  const kind = say(`run.kind.${run.kind}`);
  return run.kind === 'lab' ? kind : `${kind}: ${run.vms.join(', ')}`;
}
