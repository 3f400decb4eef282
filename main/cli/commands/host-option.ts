import type { Command } from 'commander';

export function withHostOption(command: Command): Command {
  return command.option('--host <name>', 'the host, where there are several');
}
