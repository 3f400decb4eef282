import type { ErrorEntry } from './entry.ts';

/** Jobs and what they keep. */
export const jobErrors = {
  'job/exists': { says: 'There is a job of this name already.', remedy: 'Choose another name, or change the job that is there.' },
  'job/selects-nothing': {
    says: 'The job selects no VM.',
    remedy: 'Change what it selects or excludes, or give VMs the tag it asks for with `hostkeep vm tag`.',
  },
  'job/vm-gone': {
    says: 'VMs of the job are not on the host.',
    remedy: 'Take them out of the job with `hostkeep job edit`, or look where they went.',
  },
  'job/waited-too-long': {
    says: 'The run never got its turn: another one kept its VM or its repository.',
    remedy: 'Look at what runs with `hostkeep runs`, and move one of the jobs to another time.',
  },
  'job/passphrase-unknown': {
    says: 'The passphrase of the job\u2019s repository is not in the keystore.',
    remedy:
      'Give it with `hostkeep job edit <job> --save-passphrase` (of a drill: `drill edit`), or name a file that holds it: --passphrase-file FILE.',
  },
  'job/missed': {
    says: 'A run did not start when it should have.',
    remedy: 'See that the machine and the scheduler run at that time.',
  },
} as const satisfies Record<string, ErrorEntry>;
