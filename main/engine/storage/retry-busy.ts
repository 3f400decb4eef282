import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from './errno.ts';

const pausesMs = [20, 100, 400, 1000];

/**
 * Windows and SMB shares refuse a rename or removal for a moment while a virus scanner or an oplock holds the file: a few
 * tries tell that from a real refusal.
 */
export async function retryBusy<Result>(act: () => Promise<Result>): Promise<Result> {
  for (const pause of pausesMs) {
    try {
      return await act();
    } catch (error) {
      const errno = errnoOf(error);
      const transient = errno === 'EBUSY' || (process.platform === 'win32' && (errno === 'EPERM' || errno === 'EACCES'));
      if (!transient) throw error;
      await sleep(pause);
    }
  }
  return act();
}
