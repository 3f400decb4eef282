/**
 * Publishing: a restore point's disks, writable, for whoever speaks iSCSI. What is written lies in overlays beside the restore point,
 * which never changes. It promises that what an initiator was told is flushed is there after any kind of end, and that overlays keep
 * within their limit. It does not decide who may publish what, nor remember publications: main/service/publish does.
 */
export { parseListenAddress, parseNbdPlace, type ListenAddress } from './listen-address.ts';
export { openOverlaidDisk, removeOverlays, type OverlayPlace } from './overlaid-disk.ts';
export { servePoint, type ServedPoint, type ServeOptions } from './serve-point.ts';
