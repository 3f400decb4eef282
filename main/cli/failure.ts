import { CommanderError } from 'commander';
import { asHostkeepError, HostkeepError, toErrorData, type ErrorCode, type ErrorData } from '#contract';
import { adviceOf } from './advice.ts';
import type { UsageError } from './program.ts';
import { tell, wrapped } from './text.ts';

/** Documented in docs/cli.md. */
export const exitCodes = { success: 0, failed: 1, usage: 2, warning: 3, cancelled: 130 } as const;

/** Failures of other areas that say the same as those of `input/`: a name that fits nothing, or is taken. */
const misnamed: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'drill/exists',
  'host/not-known',
  'host/exists',
  'host/vm-not-found',
  'host/vm-exists',
  'host/name-taken',
  'host/disk-not-found',
  'job/exists',
  'lab/exists',
  'publish/not-known',
  'recovery/key-not-found',
  'recovery/not-a-file',
  'recovery/not-an-object',
  'recovery/not-in-a-volume',
  'recovery/path-not-found',
  'repository/not-found',
  'repository/exists',
]);

/** Tells the failure and returns the exit code; `command` is the one that failed, as it is typed. */
export function reportFailure(thrown: unknown, json: boolean, command?: string): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.success;
  // Help was asked for by giving no command: it has been printed, and says all.
  if (thrown instanceof CommanderError && thrown.code === 'commander.help' && !json) return exitCodes.usage;
  const error = thrown instanceof CommanderError ? usageError(thrown) : asHostkeepError(thrown);
  if (json) process.stdout.write(`${JSON.stringify({ error: { ...toErrorData(error), remedy: adviceOf(error, command) } })}\n`);
  else tellFailure(error, command);
  if (error.code === 'internal/bug') tell(`${error.cause instanceof Error ? (error.cause.stack ?? '') : error.stack}\n`);
  return exitCodeOf(error);
}

/** The operator's sentence and what to do, on standard error. */
export function tellFailure(error: Pick<ErrorData, 'code' | 'message' | 'details'>, command?: string): void {
  tell([...wrapped(`hostkeep: ${error.message}`, 79), ...wrapped(adviceOf(error, command), 79), ''].join('\n'));
}

export function exitCodeOf({ code }: Pick<ErrorData, 'code'>): number {
  if (code === 'input/cancelled') return exitCodes.cancelled;
  return code.startsWith('input/') || misnamed.has(code) ? exitCodes.usage : exitCodes.failed;
}

function usageError(error: UsageError): HostkeepError {
  const why =
    error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new HostkeepError('input/usage', { why, command: error.command ?? 'hostkeep' });
}

/** What is in an argument can be read by every process of the machine. @throws HostkeepError input/secret-argument */
export function refuseSecretArguments(parameters: readonly string[]): void {
  const end = parameters.indexOf('--');
  const options = end === -1 ? parameters : parameters.slice(0, end);
  const found = options.find((text) => /^--(pass(word|phrase)|recovery-key|secret)(=|$)/i.test(text));
  if (found !== undefined) throw new HostkeepError('input/secret-argument', { option: found.split('=', 1)[0]! });
}
