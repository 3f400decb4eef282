/** One run: checkpoint, changed ranges, chunks, restore point, release. It decides no schedule and keeps no state of its own. */
export { backupDisks, type BackedUpDisks } from './pipeline/backup-disks.ts';
export { leafThreads, type LeafThreads } from './pipeline/leaf-threads.ts';
export type { DiskPlan } from './pipeline/disk-plan.ts';
export type { BackupOptions } from './pipeline/store-leaves.ts';
export { planSkips, type SkipOptions } from './skip/plan-skips.ts';
export { checkTarget } from './check-target.ts';
export { markOfImage, type ExcludedDisk } from './leave-out.ts';
export { withGuestVolumes } from './guest-volumes.ts';
export { listFiles } from './list-files.ts';
export { pickVm, runBackup, type BackupWanted } from './run-backup.ts';
export { runImageBackup, type ImageRun } from './run-image.ts';
export type { Baseline, IntendedBaseline, RunJournal } from './run-journal.ts';
export type { RunContext } from './run-vm.ts';
