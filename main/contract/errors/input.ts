import type { ErrorEntry } from './entry.ts';

/** What the caller asked for cannot be done as asked. */
export const inputErrors = {
  'input/invalid': { says: 'The request is not valid.', remedy: 'Correct the value named in the message.' },
  'input/missing-option': {
    says: 'A required option or argument is missing.',
    remedy: 'Give what the message names; `--help` after the command says more.',
  },
  'input/usage': {
    says: 'The command is not right as given.',
    remedy: 'See `<command> --help`.',
  },
  'input/secret-argument': {
    says: 'A secret is never an argument: every process of this computer could read it.',
    remedy: 'Use --password-file FILE, HOSTKEEP_PASSWORD, or the prompt; change the secret if it was a real one.',
  },
  'input/not-found': { says: 'Nothing with that name exists.', remedy: 'List what exists and use one of its names.' },
  'input/ambiguous': { says: 'The name fits more than one thing.', remedy: 'Give the id, or more characters of it.' },
  'input/target-exists': { says: 'The target exists already.', remedy: 'Choose another target, or remove it first.' },
  'input/too-large': { says: 'The request is too large.', remedy: 'Ask for less at once.' },
  'input/refused': {
    says: 'The request did not come from this console.',
    remedy: 'Open the address that `hostkeep serve` has printed; it changes with every start.',
  },
  'input/cancelled': { says: 'The operation was cancelled.', remedy: 'Start it again when you are ready.' },
} as const satisfies Record<string, ErrorEntry>;
