import { link, rename, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusyCalls } from '#files';

/** The calls in which Windows and shares behave otherwise than a local disk of Linux. Tests give others, to be on Windows here. */
export interface FileCalls extends BusyCalls {
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

export const systemCalls: FileCalls = {
  windows: process.platform === 'win32',
  link,
  rename,
  unlink,
  sleep: async (milliseconds) => void (await sleep(milliseconds)),
};
