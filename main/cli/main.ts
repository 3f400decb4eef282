import { exitCodes, refuseSecretArguments, reportFailure } from './failure.ts';
import { asJson, hostkeepProgram } from './program.ts';
import { tellRun } from './recorded-run.ts';

const program = hostkeepProgram();

// A reader that goes away early, as in `hostkeep ls | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exitCodes.failed));

try {
  refuseSecretArguments(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  await tellRun(program.opts(), error);
  process.exitCode = reportFailure(error, asJson());
}
