import type { Command } from 'commander';

/** The repository that a command works on. */
export function withRepoOption(command: Command): Command {
  return command.option('--repo <folder>', 'the repository (HOSTKEEP_REPO)');
}
