/** Getting things back from restore points: disks, whole VMs, files. It reads repositories and never changes them; `guest` and `search` have doors of their own. */
export { devicesOf, type Device, type DevicePart } from './devices.ts';
export { openPointDisk } from './point-disk.ts';
export { restoreDisk, type RestoreDiskOptions } from './restore/restore-disk.ts';
export * from './guest/index.ts';
export {
  restoreFiles,
  zipFiles,
  type Conflict,
  type RestoredFiles,
  type RestoreFilesOptions,
  type SkippedFile,
  type ZipFilesOptions,
} from './restore-files.ts';
export { restoreIntoGuest, type IntoGuestOptions, type RestoredIntoGuest } from './restore-into-guest.ts';
export { zipWriter, type ZipWriter } from './files/zip-writer.ts';
export { restoreVm, type RestoredVm, type RestoreVmOptions } from './restore-vm.ts';
export { restoreDiskToHost, restoreVmToHost, type HostRestore, type VmWanted } from './restore-to-host.ts';
export {
  bootVerdict,
  discardRecovery,
  finaliseRecovery,
  pngOf,
  startRecovery,
  watchBoot,
  type BootSeen,
  type BootVerdict,
  type DiskPublisher,
  type Finalised,
  type RecoveryContext,
  type RecoveryStarted,
  type RecoveryWanted,
  type ScreenVerdict,
} from './instant/index.ts';
export { checkDrillRecord, judgeDrill, newDrillKey, publicDrillKey, signDrillRecord, type DataVerdict } from './drill/index.ts';
export {
  openOverlaidDisk,
  parseListenAddress,
  parseNbdPlace,
  removeOverlays,
  servePoint,
  type ListenAddress,
  type OverlayPlace,
  type ServedPoint,
  type ServeOptions,
} from './publish/index.ts';
