import type { Command } from 'commander';
import { noteDeed } from './deeds.ts';
import { exitCodes, refuseSecretArguments, reportFailure } from './failure.ts';
import { asJson, hostkeepProgram, pathOf } from './program.ts';

const program = await hostkeepProgram(process.argv.slice(2));

// A reader that goes away early, as in `hostkeep ls | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  // A full disk, for example.
  process.stderr.write(`hostkeep: standard output could not be written (${error.code ?? error.message}); it is not whole.\n`);
  process.exit(exitCodes.failed);
});
// Progress for a terminal that was closed meanwhile; the work is taken back by its signal, to its end.
process.stderr.on('error', () => undefined);

let asked: Command | undefined;
program.hook('preAction', (_program, command) => void (asked = command));

try {
  refuseSecretArguments(process.argv.slice(2));
  await program.parseAsync();
  if (asked !== undefined) await noteDeed(asked, 'done');
} catch (error) {
  const { tellRun } = await import('./recorded-run.ts');
  await tellRun(program.opts(), error);
  // That the log cannot be written to changes nothing of what there is to tell.
  if (asked !== undefined) await noteDeed(asked, 'refused').catch(() => undefined);
  process.exitCode = reportFailure(error, asJson(), asked === undefined ? undefined : pathOf(asked));
}
