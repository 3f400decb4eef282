/**
 * Instant recovery: a VM runs from the backup storage, and is finalised or discarded. It promises that a restore point never changes, that
 * a finalised disk is the restore point with what the VM wrote since, and that what fails is undone or listed on the host.
 * It does not publish: who serves the disks is a `DiskPublisher`, so that a process of its own can.
 */
export { discardRecovery } from './discard-recovery.ts';
export { finaliseRecovery, type Finalised } from './finalise-recovery.ts';
export type { DiskPublisher, RecoveryContext } from './publisher.ts';
export { startRecovery, type RecoveryStarted, type RecoveryWanted } from './start-recovery.ts';
export { bootVerdict, watchBoot, type BootSeen, type BootVerdict } from './watch-boot.ts';
export { pngOf, type ScreenVerdict } from './screen.ts';
