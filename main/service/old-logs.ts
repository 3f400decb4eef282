/** Log files of runs and of the scheduler, kept within bounds. */
import { readdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '#files';

const keptMs = 90 * 86_400_000;
const longestBytes = 8 * 1024 * 1024;

/** Those of runs that ended long ago: what they printed beside their steps. A file that cannot go now is looked at again tomorrow. */
export function removeOldLogs(home: string, now: number): void {
  const folder = join(home, 'logs');
  for (const name of orElse([], () => readdirSync(folder)).filter((each) => /^run-[0-9a-z-]+\.log$/.test(each))) {
    const path = join(folder, name);
    orElse(undefined, () => {
      if (statSync(path).mtimeMs < now - keptMs) unlinkSync(path);
    });
  }
}

/** Before a log is written to that never ends: the one before it is kept. On Windows one that is open stays as it is. */
export function turnLog(path: string): void {
  orElse(undefined, () => {
    if (statSync(path).size > longestBytes) renameSync(path, `${path}.1`);
  });
}

function orElse<Value>(otherwise: Value, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return otherwise;
  }
}
