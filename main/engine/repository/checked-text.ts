import { createHash } from 'node:crypto';
import { acceptJson, HostkeepError, type Otherwise, type Schema } from '#contract';

/**
 * Small files that must be readable without a key: one line of JSON, and one line with its SHA-256, so that damage is
 * told from a wrong passphrase. The sum guards against accidents, not against an attacker.
 */
export function writeCheckedText(value: Readonly<Record<string, unknown>>): Buffer {
  const line = JSON.stringify(value);
  return Buffer.from(`${line}\n${sumOf(line)}\n`);
}

/** The value in its shape. @throws HostkeepError as `otherwise` says when any byte is not as it was written */
export function parseCheckedText<Value>(bytes: Buffer, shape: Schema<Value>, otherwise: Otherwise): Value {
  const [line, sum, end, ...more] = bytes.toString('utf8').split('\n');
  if (line === undefined || sum !== sumOf(line) || end !== '' || more.length > 0)
    throw new HostkeepError(otherwise.code, { ...otherwise.details, expected: 'its checksum' });
  return acceptJson(shape, line, otherwise);
}

function sumOf(line: string): string {
  return `sha256:${createHash('sha256').update(line, 'utf8').digest('hex')}`;
}
