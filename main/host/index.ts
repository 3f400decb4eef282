/** Hyper-V through PowerShell. */
export { defaultLimits, type BackupPath, type GuestCredential, type HostLimits, type HostOptions } from './host-options.ts';
export { tryGuest } from './ask-guest.ts';
export { adminShares, type AdminShares } from './admin-shares.ts';
export { hyperVGuestCopier } from './guest-copier.ts';
export { writeToEventLog } from './event-log.ts';
export { hyperVHost } from './hypervisor.ts';
export { startPowerShell, type Connection, type PowerShell, type PowerShellOptions } from './powershell.ts';
export { keystore } from './keystore.ts';
export { selfTest, type SelfTest } from './operations/self-test.ts';
export { tryVm, type VmTrial } from './try-vm.ts';
export { hyperVRecoverer } from './recoverer.ts';
export { hyperVRestorer } from './restorer.ts';
export { takeStart, type StartRequest } from './start-request.ts';
export { taskScheduler, type CheckingScheduler, type TaskSchedulerOptions } from './task-scheduler.ts';
