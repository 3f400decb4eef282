import type { ErrorEntry } from './entry.ts';

/** Publishing restore points: overlays, the iSCSI target, and what goes with them. */
export const publishErrors = {
  'overlay/full': {
    says: 'The overlay has reached its limit.',
    remedy: 'Publish again with a larger --overlay-limit; everything written so far is kept.',
  },
  'overlay/failed': {
    says: 'The overlay could not be written.',
    remedy: 'Check the disk that holds the overlay and publish again; what was flushed is kept.',
  },
  'overlay/damaged': {
    says: 'The overlay is damaged.',
    remedy: 'Throw it away with `hostkeep publish discard`; the restore point is not affected.',
  },
  'overlay/foreign': {
    says: 'The overlay belongs to another disk or restore point.',
    remedy: 'Choose another folder with --overlay, or discard the publication that made it.',
  },
  'overlay/in-use': {
    says: 'The overlay is in use by another publisher.',
    remedy: 'Stop that one first with `hostkeep publish stop <publication>`, or publish beside it with another --id.',
  },
  'publish/address-taken': {
    says: 'The address cannot be listened on.',
    remedy: 'Choose another with --listen ADDR:PORT; port 0 takes any that is free.',
  },
  'publish/chap-required': {
    says: 'Who publishes beyond this computer must ask for a name and a secret.',
    remedy: 'Give --chap-user, and the secret by --chap-secret-file, HOSTKEEP_CHAP_SECRET or the prompt.',
  },
  'publish/secret-unfit': {
    says: 'A CHAP secret must have 12 to 255 bytes; initiators of Windows want 12 to 16.',
    remedy: 'Choose another secret.',
  },
  'publish/secrets-equal': {
    says: 'The secrets of initiator and target must differ.',
    remedy: 'Choose another secret for the target; an equal one would let an initiator answer for it.',
  },
  'publish/not-known': { says: 'There is no publication of that name.', remedy: 'See `hostkeep publish list`.' },
  'publish/secret-gone': {
    says: 'The secret with which the host logs in to the disks is not known any more: this system has no keystore that keeps it.',
    remedy: 'Turn the VM off and move it home with `hostkeep recover finalise <recovery>`, or discard it.',
  },
  'publish/other-point': {
    says: 'Another restore point is published under that name, and what was written over it is kept.',
    remedy: 'Choose another --id, or throw that away with `hostkeep publish discard <publication>`.',
  },
  'publish/not-stopping': {
    says: 'The publisher was asked to end and has not.',
    remedy: 'Try again; if its process hangs, end it. What was flushed is kept.',
  },
  'publish/not-running': { says: 'It is not being served.', remedy: 'See `hostkeep publish list`.' },
  'publish/running': { says: 'It is still published.', remedy: 'Stop it first with `hostkeep publish stop <publication>`.' },
  'publish/of-recovery': {
    says: 'A recovered VM has it as its disks.',
    remedy: 'See `hostkeep recover list`; `hostkeep recover discard <recovery>` drops the VM with what it wrote.',
  },
  'publish/home-gone': {
    says: 'The home folder of the publisher is gone, and it ended.',
    remedy: 'Publish again from a home that stays; an overlay outside the home (--overlay) was kept.',
  },
  'nbd/malformed': {
    says: 'A client sent what is not NBD.',
    remedy: 'Check what connects to the published address; its connection was closed.',
  },
  'iscsi/initiator-gone': {
    says: 'An initiator did not answer for two minutes, and its connection was ended.',
    remedy: 'Look at the host and its network; it logs in again by itself once it is back.',
  },
  'iscsi/malformed': {
    says: 'An initiator sent what is not iSCSI.',
    remedy: 'Check what connects to the published address; its connection was closed.',
  },
} as const satisfies Record<string, ErrorEntry>;
