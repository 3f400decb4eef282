/** Looking into a restore point: its volumes, folders and files. A door of its own, so that who reads a file loads nothing else. */
export { openGuest } from '../open-guest.ts';
export { parseGuestPath, textOf, textOfPlace, type GuestPath, type VolumePlace } from '../guest-path.ts';
export { guestVolumes, type GuestDisks, type GuestFile, type GuestVolume, type GuestVolumes } from '../guest-volumes.ts';
export { readFile } from '../read-file.ts';
