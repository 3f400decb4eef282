import type { z } from 'zod';
import { HostkeepError } from './errors/hostkeep-error.ts';

/** The value as its schema wants it. @throws HostkeepError input/invalid naming the first place that is wrong, and how many there are */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new HostkeepError('input/invalid', {
    at: first === undefined ? '' : first.path.join('.') || 'the whole',
    why: first?.message ?? '',
    problems: parsed.error.issues.length,
  });
}
