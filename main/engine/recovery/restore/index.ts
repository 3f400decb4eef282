/** Disks of restore points, written to files. A door of its own: behind it there is nothing of guests and their file systems. */
export { restoreDisk, type RestoreDiskOptions } from './restore-disk.ts';
export { restoreThreads, type RestoreThreads } from './restore-threads.ts';
