import { readFileSync } from 'node:fs';
import { object, string } from 'valibot';
import { parseInput } from '#contract';

export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return parseInput(object({ version: string() }), JSON.parse(text)).version;
}
