import { rename } from 'node:fs/promises';
import { retryBusy, type BusyCalls } from './retry-busy.ts';

interface RenameCalls extends BusyCalls {
  rename(from: string, to: string): Promise<void>;
}

const systemCalls: RenameCalls = {
  windows: process.platform === 'win32',
  rename,
  sleep: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
};

/** A rename of a file that was just written, which is when scanners look at it. Errors are those of the file system. */
export async function renameBusy(from: string, to: string, calls: RenameCalls = systemCalls): Promise<void> {
  await retryBusy(calls, () => calls.rename(from, to));
}
