import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A start by hand, told to the process that Task Scheduler starts: a task takes no arguments at its start, so a file per job says
 * that this one is to run whether it is due or not.
 */
const fileOf = (home: string, id: string): string => join(home, 'starts', id);

export async function asksForStart(home: string, id: string): Promise<void> {
  await mkdir(join(home, 'starts'), { recursive: true });
  await writeFile(fileOf(home, id), '');
}

export async function withdrawStart(home: string, id: string): Promise<void> {
  await rm(fileOf(home, id), { force: true });
}

/** Whether somebody asked for this start; asking is used up by it. */
export async function takeStart(home: string, id: string): Promise<boolean> {
  try {
    await rm(fileOf(home, id));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
