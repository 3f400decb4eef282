import { HostkeepError } from '#contract';

/** Reads what a script gave back: checked, since PowerShell's idea of JSON differs between versions. */
export type Fields = Readonly<Record<string, unknown>>;

function wrong(name: string): HostkeepError {
  return new HostkeepError('host/script-failed', { field: name, says: 'the host answered something unexpected' });
}

export function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name);
  return value as Fields;
}

/** A list; Windows PowerShell may give its only element bare, and nothing as null or an empty object. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && Object.keys(value).length === 0) return [];
  if (typeof value === 'function') throw wrong(name);
  return [value];
}

export function textOf(value: unknown, name: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(name);
}

export function numberOf(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(name);
}

export function flagOf(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined) return false;
  throw wrong(name);
}
