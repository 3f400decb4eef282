/** Getting things back from restore points: disks, whole VMs, files. It reads repositories and never changes them. */
export { devicesOf, type Device, type DevicePart } from './devices.ts';
export { openPointDisk } from './point-disk.ts';
export { restoreDisk, type RestoreDiskOptions } from './restore/restore-disk.ts';
export { parseGuestPath, textOf, textOfPlace, type GuestPath, type VolumePlace } from './guest-path.ts';
export { guestVolumes, type GuestDisks, type GuestFile, type GuestVolume, type GuestVolumes } from './guest-volumes.ts';
export { readFile } from './read-file.ts';
export {
  restoreFiles,
  zipFiles,
  type Conflict,
  type RestoredFiles,
  type RestoreFilesOptions,
  type SkippedFile,
  type ZipFilesOptions,
} from './restore-files.ts';
export { zipWriter, type ZipWriter } from './files/zip-writer.ts';
export { safeName } from './safe-name.ts';
export { restoreVm, type RestoredVm, type RestoreVmOptions } from './restore-vm.ts';
export { restoreDiskToHost, restoreVmToHost, type HostRestore, type VmWanted } from './restore-to-host.ts';
export {
  openOverlaidDisk,
  parseListenAddress,
  servePoint,
  type ListenAddress,
  type OverlayPlace,
  type ServedPoint,
  type ServeOptions,
} from './publish/index.ts';
