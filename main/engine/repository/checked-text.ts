import { createHash } from 'node:crypto';

/**
 * Small files that must be readable without a key: one line of JSON, and one line with its SHA-256, so that damage is
 * told from a wrong passphrase. The sum guards against accidents, not against an attacker.
 */
export function writeCheckedText(value: Readonly<Record<string, unknown>>): Buffer {
  const line = JSON.stringify(value);
  return Buffer.from(`${line}\n${sumOf(line)}\n`);
}

/** The value, or undefined when any byte is not as it was written. */
export function parseCheckedText(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  const [line, sum, end, ...more] = bytes.toString('utf8').split('\n');
  if (line === undefined || sum !== sumOf(line) || end !== '' || more.length > 0) return undefined;
  const value = parseJson(line);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** Undefined for what is no JSON: somebody has forged the sum too. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sumOf(line: string): string {
  return `sha256:${createHash('sha256').update(line, 'utf8').digest('hex')}`;
}
