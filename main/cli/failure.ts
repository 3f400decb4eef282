import { CommanderError } from 'commander';
import { asHostkeepError, toErrorData } from '#contract';

/** Documented in docs/cli.md. */
export const exitCodes = { success: 0, failed: 1, usage: 2, warning: 3, cancelled: 130 } as const;

/** Tells the failure and returns the exit code. */
export function reportFailure(thrown: unknown, json: boolean): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  const error = asHostkeepError(thrown);
  if (json) process.stdout.write(`${JSON.stringify({ error: { ...toErrorData(error), remedy: error.remedy } })}\n`);
  else process.stderr.write(`hostkeep: ${error.message}\n${error.remedy}\n`);
  if (error.code === 'internal/bug')
    process.stderr.write(`${error.cause instanceof Error ? (error.cause.stack ?? '') : error.stack}\n`);
  if (error.code === 'input/cancelled') return exitCodes.cancelled;
  return error.code.startsWith('input/') ? exitCodes.usage : exitCodes.failed;
}
