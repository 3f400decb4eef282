import { readFileSync } from 'node:fs';

/** A process of this computer, told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Empty where the system does not say. */
  readonly processStart: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, processStart: startOf(process.pid) };
}

export function isProcessAlive({ pid, processStart }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it lives and belongs to somebody else.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const start = startOf(pid);
  return start === '' || processStart === '' || start === processStart;
}

/** Start time of a process in clock ticks since boot (proc(5), field 22 of stat), where there is /proc. */
function startOf(pid: number): string {
  if (process.platform !== 'linux') return '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
