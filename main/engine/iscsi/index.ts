/**
 * An iSCSI target (RFC 7143) that serves disks to initiators: login with CHAP, discovery and normal sessions, the commands of SPC-4 and
 * SBC-3 that a disk needs, reservations, task management. Error recovery level 0, one connection a session.
 * It promises that nothing an initiator sends makes it crash, hang or take memory without bound, and that others are served on.
 * What it does not: authorise by anything but CHAP and names, encrypt, or keep persistent reservations over a restart.
 */
export type { ChapAccount, ChapAccounts } from './login/chap.ts';
export { logicalUnit, type LogicalUnit, type UnitIdentity } from './scsi/unit.ts';
export { iscsiTarget, type Target, type TargetOptions } from './target/target.ts';
export { listen, type Listening, type ListenOptions } from './target/listen.ts';
