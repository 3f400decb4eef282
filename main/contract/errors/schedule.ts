import type { ErrorEntry } from './entry.ts';

/** What a scheduler can answer: Task Scheduler, or the one inside the process. */
export const scheduleErrors = {
  'schedule/exists': { says: 'A job of this id is already scheduled.', remedy: 'Change the job instead of adding it again.' },
  'schedule/not-found': { says: 'The job is not scheduled.', remedy: 'Save the job again: that registers it anew.' },
  'schedule/running': { says: 'The job is running already.', remedy: 'Wait until it has ended, or cancel it.' },
  'schedule/account-refused': {
    says: 'Task Scheduler does not accept the account or its password.',
    remedy:
      'Give the password anew with `hostkeep scheduler account --user`; write the user as DOMAIN\\name or HOST\\name. The account needs the right "Log on as a batch job", which administrators have.',
  },
  'schedule/no-answer': {
    says: 'The job\u2019s task was started and has said nothing.',
    remedy:
      'Look at the task in Task Scheduler, folder \\Hostkeep: its account may lack rights to the home folder, or the right "Log on as a batch job".',
  },
  'schedule/no-tasks': {
    says: 'This computer has no Task Scheduler.',
    remedy: 'Jobs are started by `hostkeep scheduler run` here, and run as its user: run it as the account that is to write.',
  },
  'schedule/denied': {
    says: 'The account may not change scheduled tasks.',
    remedy: 'Start Hostkeep with "Run as administrator"; an account for a task needs the right "Log on as a batch job".',
  },
} as const satisfies Record<string, ErrorEntry>;
