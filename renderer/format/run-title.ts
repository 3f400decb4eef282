import type { RunView } from '#contract';
import type { Say } from '../use-text.ts';

const most = 3;
/** What a heading takes before it is longer than what stands below it. */
const roomy = 60;

/** `FS01, APP01, LNX01 and 47 more`: a heading of all names is none. */
export function namesText(say: Say, names: readonly string[]): string {
  const fits = names.findIndex((_name, index) => index > 0 && names.slice(0, index + 1).join(', ').length > roomy);
  const count = Math.min(most, fits < 0 ? names.length : fits);
  const shown = names.slice(0, count).join(', ');
  return names.length > count ? say('run.more', { names: shown, count: names.length - count }) : shown;
}

/** `Backup: FS01, APP01`; the lab itself needs no subject. */
export function runTitle(say: Say, run: Pick<RunView, 'kind' | 'vms'>): string {
  const kind = say(`run.kind.${run.kind}`);
  return run.kind === 'lab' || run.vms.length === 0 ? kind : `${kind}: ${namesText(say, run.vms)}`;
}
