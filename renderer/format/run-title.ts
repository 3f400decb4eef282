import type { RunView } from '#contract';
import type { Say } from '../use-text.ts';

const most = 3;

/** `FS01, APP01, LNX01 and 47 more`: a heading of all names is none. */
export function namesText(say: Say, names: readonly string[]): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? say('run.more', { names: shown, count: names.length - most }) : shown;
}

/** `Backup: FS01, APP01`; the lab itself needs no subject. */
export function runTitle(say: Say, run: Pick<RunView, 'kind' | 'vms'>): string {
  const kind = say(`run.kind.${run.kind}`);
  return run.kind === 'lab' || run.vms.length === 0 ? kind : `${kind}: ${namesText(say, run.vms)}`;
}
