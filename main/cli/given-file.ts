import { readFile } from 'node:fs/promises';
import { HostkeepError } from '#contract';

/** The text of a file that an option names. @throws HostkeepError input/not-found, input/invalid, naming the option */
export async function readGivenFile(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed';
    throw new HostkeepError(errno === 'ENOENT' ? 'input/not-found' : 'input/invalid', { [option]: path, errno }, cause);
  }
}

/** The secret in it: its first line. @throws HostkeepError like `readGivenFile` */
export async function firstLineOf(path: string, option: string): Promise<string> {
  return (await readGivenFile(path, option)).split(/\r?\n/, 1)[0] ?? '';
}
