import { remedyOf, type RestoreOutcome } from '#contract';
import type { Context } from './context.ts';
import { exitCodes } from './failure.ts';
import { durationText } from './text.ts';

/** Prints how a restore onto a host went, and sets the exit code. */
export function printRestore(context: Context, outcome: RestoreOutcome): void {
  context.print(outcome, restoreText);
  const codes = {
    success: exitCodes.success,
    warning: exitCodes.warning,
    failed: exitCodes.failed,
    cancelled: exitCodes.cancelled,
  };
  process.exitCode = codes[outcome.result];
}

function restoreText({ vm, host, files, warnings, error, run, result, durationMs }: RestoreOutcome): string {
  return [
    ...(vm === null ? [] : [`${vm.name} is on ${host}, identity ${vm.id}:`, ...files.map((file) => `  ${file}`)]),
    ...warnings.map((warning) => `  ${warning}`),
    ...(error === null ? [] : [error.message, remedyOf(error.code, error.details)]),
    `Run ${run}: ${result}, in ${durationText(durationMs)}. Its steps: hostkeep run show ${run}`,
  ].join('\n');
}
