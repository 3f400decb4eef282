import type { ErrorEntry } from './entry.ts';

/** What a hypervisor host can answer; shared by the real one and the lab. */
export const hostErrors = {
  'host/unreachable': {
    says: 'The host does not answer.',
    remedy: 'Check that the host is up and can be reached, then run again.',
  },
  'host/vm-not-found': { says: 'The host has no such VM.', remedy: 'List the VMs with `hostkeep vm list`.' },
  'host/vm-busy': { says: 'The VM is busy with another backup, migration or merge.', remedy: 'Run again when the VM is idle.' },
  'host/vss-writer-retryable': {
    says: 'A writer in the guest could not prepare in time.',
    remedy: 'Run again; if it keeps failing, restart the service behind the writer.',
  },
  'host/vss-writer-failed': {
    says: 'A writer in the guest failed.',
    remedy: 'Look at the application log of the guest, then restart the service behind the writer.',
  },
  'host/consistency-not-reached': {
    says: 'The guest could not be brought to the required consistency.',
    remedy: 'Repair the guest, or allow a lower consistency for this run.',
  },
  'host/checkpoint-failed': {
    says: 'The host could not make the checkpoint.',
    remedy: 'Check free space and the event log of the host.',
  },
  'host/merge-timeout': {
    says: 'The host did not merge the checkpoint in time.',
    remedy: 'Look at the disk chain of the VM; Hostkeep cleans up at the next start.',
  },
  'host/release-failed': {
    says: 'The host could not release the checkpoint.',
    remedy: 'Hostkeep cleans up at the next start; look at the disk chain of the VM.',
  },
  'host/residue': {
    says: 'Something of an earlier run is left on the host.',
    remedy: 'Run `hostkeep host check`; Hostkeep cleans up at the next start.',
  },
  'host/disk-read-failed': { says: 'A virtual disk could not be read.', remedy: 'Check the storage of the host.' },
  'host/operation-failed': {
    says: 'An operation on the host failed.',
    remedy: 'Read the details and the event log of the host.',
  },
} as const satisfies Record<string, ErrorEntry>;
