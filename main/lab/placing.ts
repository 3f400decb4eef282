/** What bringing VMs back onto the lab host has in common, whether their disks are local or served. */
import { access } from 'node:fs/promises';
import type { StepName, StepReport, StepState } from '#contract';

export type Report = (step: StepReport) => void;

/** A file in a folder that we have made, until all of it is in place: what has it can be removed. */
export const markName = 'hostkeep-restore-unfinished';

export const say = (report: Report, step: StepName, state: StepState, detail = ''): void =>
  report({ step, side: 'host', actor: 'Hyper-V', state, ...(detail === '' ? {} : { detail }) });

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
