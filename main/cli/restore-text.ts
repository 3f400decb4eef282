import type { RestoreOutcome } from '#contract';
import type { Context } from './context.ts';
import { exitCodeOf, exitCodes, tellFailure } from './failure.ts';
import { durationText, wrapped } from './text.ts';

const columns = 79;

/** Prints how a restore onto a host went, and sets the exit code. */
export function printRestore(context: Context, outcome: RestoreOutcome): void {
  if (outcome.error !== null && !context.json) tellFailure(outcome.error);
  context.print(outcome, restoreText);
  const codes = {
    success: exitCodes.success,
    warning: exitCodes.warning,
    failed: outcome.error === null ? exitCodes.failed : exitCodeOf(outcome.error),
    cancelled: exitCodes.cancelled,
  };
  process.exitCode = codes[outcome.result];
}

function restoreText({ vm, host, files, warnings, run, result, durationMs }: RestoreOutcome): string {
  const end = `Run ${run}: ${result}, in ${durationText(durationMs)}. Its steps: hostkeep run show ${run}`;
  return [
    ...(vm === null
      ? []
      : [...wrapped(`${vm.name} is on ${host}, identity ${vm.id}:`, columns), ...files.map((file) => `  ${file}`)]),
    ...warnings.flatMap((warning) => wrapped(warning, columns - 2).map((line) => `  ${line}`)),
    ...wrapped(end, columns),
  ].join('\n');
}
