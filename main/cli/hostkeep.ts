#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { Command, Option } from 'commander';
import { commands } from './commands/index.ts';
import { exitCodes, reportFailure } from './failure.ts';
import { tellRun } from './recorded-run.ts';

enableCompileCache();

const program = new Command('hostkeep')
  .description('Backs up Hyper-V virtual machines from the host, and gives back exactly what is needed.')
  .option('--home <folder>', 'where state lies (HOSTKEEP_HOME)')
  .option('--json', 'machine-readable output')
  .option('--password-file <file>', 'read the passphrase from the first line of a file')
  .option('--password-stdin', 'read the passphrase from the first line of standard input')
  .addOption(new Option('--run <id>', 'the run that the console has announced').hideHelp())
  .configureHelp({ helpWidth: 80, showGlobalOptions: true })
  .exitOverride();

for (const register of commands) register(program);

// A reader that goes away early, as in `hostkeep ls | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exitCodes.failed));

try {
  await program.parseAsync();
} catch (error) {
  await tellRun(program.opts(), error);
  process.exitCode = reportFailure(error, program.opts()['json'] === true || process.argv.includes('--json'));
}
