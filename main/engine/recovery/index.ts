/** Getting things back from restore points: disks, whole VMs, files. It reads repositories and never changes them. */
export { openPointDisk } from './point-disk.ts';
export { restoreDisk, type RestoreDiskOptions } from './restore/restore-disk.ts';
