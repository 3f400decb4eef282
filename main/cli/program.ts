import { Command, CommanderError, Option } from 'commander';
import { registerCommands } from './commands/index.ts';
import { ownVersion } from './version.ts';

/**
 * The command line as commander parses it, with the commands that the words name. Its errors are thrown and told by whoever runs it, the
 * same way as all others.
 */
export async function hostkeepProgram(words: readonly string[] = []): Promise<Command> {
  const program = new Command('hostkeep')
    .description('Backs up Hyper-V virtual machines from the host, and gives back exactly what is needed.')
    .option('--home <folder>', 'where state lies (HOSTKEEP_HOME)')
    .option('--json', 'machine-readable output')
    .option('--password-file <file>', 'read the passphrase from the first line of a file')
    .option('--password-stdin', 'read the passphrase from the first line of standard input')
    .addOption(new Option('--run <id>', 'the run that the console has announced').hideHelp())
    .option('-V, --version', 'the version of Hostkeep')
    .on('option:version', () => {
      process.stdout.write(`${ownVersion()}\n`);
      throw new CommanderError(0, 'commander.version', '');
    })
    .configureHelp({ helpWidth: 80, minWidthToWrap: 20, showGlobalOptions: true })
    // Without a command the help is all there is to say.
    .configureOutput({ outputError: () => undefined, writeErr: (text) => void (asJson() || process.stderr.write(text)) })
    .exitOverride();
  await registerCommands(program, words);
  nameInErrors(program);
  return program;
}

/** What commander refuses says by which command it was meant, so that the right help is named. */
export interface UsageError extends CommanderError {
  command?: string;
}

function nameInErrors(command: Command): void {
  command.exitOverride((error: UsageError) => {
    error.command ??= pathOf(command);
    throw error;
  });
  command.commands.forEach(nameInErrors);
}

/** As it is typed: `hostkeep repo check`. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Also where the command line could not be parsed to its end. */
export function asJson(): boolean {
  return process.argv.includes('--json');
}
