/** VHD, the older of the two formats of Hyper-V, for reading: fixed, dynamic and differencing disks. */
export { openVhd, type VhdDescriptor } from './open.ts';
export { isVhd } from './image.ts';
