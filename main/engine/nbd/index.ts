/**
 * A server of the NBD protocol (fixed newstyle, simple replies; https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md) over
 * writable disks, for Linux and for tests. It has no way to know who connects: whoever listens chooses an address that only those reach
 * who may. It promises that nothing a client sends makes it crash, hang or take memory without bound.
 */
export { listenNbd, type NbdListening, type NbdPlace } from './listen-nbd.ts';
