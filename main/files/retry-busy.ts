import { errnoOf } from './errno-of.ts';

/** What a retry needs of the system; tests give others, to be on Windows here. */
export interface BusyCalls {
  readonly windows: boolean;
  sleep(milliseconds: number): Promise<void>;
}

const pausesMs = [20, 100, 400, 1000];

/**
 * Windows and SMB shares refuse a rename or removal for a moment while a virus scanner or an oplock holds the file: a few
 * tries tell that from a real refusal.
 */
export async function retryBusy<Result>(calls: BusyCalls, act: () => Promise<Result>): Promise<Result> {
  for (const pause of pausesMs) {
    try {
      return await act();
    } catch (error) {
      const errno = errnoOf(error);
      const transient = errno === 'EBUSY' || (calls.windows && (errno === 'EPERM' || errno === 'EACCES'));
      if (!transient) throw error;
      await calls.sleep(pause);
    }
  }
  return act();
}
