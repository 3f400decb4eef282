import { exitCodes, refuseSecretArguments, reportFailure } from './failure.ts';
import { asJson, hostkeepProgram } from './program.ts';

const program = await hostkeepProgram(process.argv.slice(2));

// A reader that goes away early, as in `hostkeep ls | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exitCodes.failed));

try {
  refuseSecretArguments(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  const { tellRun } = await import('./recorded-run.ts');
  await tellRun(program.opts(), error);
  process.exitCode = reportFailure(error, asJson());
}
