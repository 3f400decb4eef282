import { isAbsolute, resolve } from 'node:path';
import { HostkeepError } from '#contract';

/** A path on this computer that somebody typed: a part of one would begin where the console happens to have been started. @throws input/invalid */
export function fullPath(path: string): string {
  if (!isAbsolute(path) || path.includes('\0')) throw new HostkeepError('input/invalid', { path, why: 'not a full path' });
  return resolve(path);
}
