import { Option, type Command } from 'commander';

/** What happens to a file that is there already. */
export function withConflictOption(command: Command): Command {
  return command.addOption(
    new Option('--conflict <what>', 'what happens to a file that is there already')
      .choices(['rename', 'skip', 'overwrite'])
      .default('rename'),
  );
}
