import { HostkeepError } from '#contract';

/** Key and value pairs in the order in which they came (RFC 7143, 6.1). */
export type TextPairs = readonly (readonly [key: string, value: string])[];

const keyForm = /^[A-Z][A-Za-z0-9.\-+@_]{0,62}$/;
const pairsLimit = 128;

/** @throws HostkeepError iscsi/malformed */
export function parseText(bytes: Buffer): TextPairs {
  const parts = bytes
    .toString('utf8')
    .split('\0')
    .filter((part) => part !== '');
  if (parts.length > pairsLimit) throw new HostkeepError('iscsi/malformed', { why: 'too many keys', keys: parts.length });
  return parts.map((part) => {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(0, at));
    if (!keyForm.test(key)) throw new HostkeepError('iscsi/malformed', { why: 'a key that is none' });
    return [key, part.slice(at + 1)];
  });
}

export function writeText(pairs: TextPairs): Buffer {
  return Buffer.from(pairs.map(([key, value]) => `${key}=${value}\0`).join(''), 'utf8');
}
