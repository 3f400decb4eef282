/** Takes out of a text what nobody may see: secrets that are known exactly, and what has the look of one. */

const looks: readonly (readonly [pattern: RegExp, instead: string])[] = [
  // Recovery keys: groups of five, as they are printed.
  [/\b(?:[0-9A-Z]{4,6}-){5,}[0-9A-Z]{4,6}\b/g, '[recovery key]'],
  [/(authorization:?\s*(?:bearer|basic)\s+)\S+/gi, '$1[removed]'],
  [/\b(bearer\s+)[\w.~+/-]{16,}=*/gi, '$1[removed]'],
  [/(#token=)[\w-]+/g, '$1[removed]'],
  [
    /(?<!#)("?(?:password|passphrase|passwd|secret|token|api[_-]?key|credential)"?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}\]]+)/gi,
    '$1[removed]',
  ],
  [/\b([a-z][\w+.-]*:\/\/[^\s/:@]+):[^\s/@]+@/gi, '$1:[removed]@'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
];

/** Shorter ones would take words out of every sentence. */
const shortest = 4;

export function redacted(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= shortest).toSorted((a, b) => b.length - a.length);
  const without = known.reduce(
    (so, secret) => so.replaceAll(secret, '[secret]').replaceAll(JSON.stringify(secret).slice(1, -1), '[secret]'),
    text,
  );
  return looks.reduce((so, [pattern, instead]) => so.replaceAll(pattern, instead), without);
}
