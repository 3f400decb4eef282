import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** A process of this computer, told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, or, where the system does not say, when the computer did; empty where neither is known. */
  readonly processStart: string;
}

export function thisProcess(): ProcessIdentity {
  return processOf(process.pid);
}

/** The process that has the number now. */
export function processOf(pid: number): ProcessIdentity {
  return { pid, processStart: startOf(pid) };
}

export function isProcessAlive({ pid, processStart }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it lives and belongs to somebody else.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return mayBeSame(processStart, startOf(pid));
}

const sinceBoot = 'boot ';
/** The clock by which a start of the computer is reckoned may have been set right since, by less than a start takes place again. */
const clockSlackMs = 60 * 60 * 1000;

/** Whether two texts may be of one process, given that its number is the same. */
export function mayBeSame(then: string, now: string): boolean {
  if (then === '' || now === '') return true;
  if (!then.startsWith(sinceBoot) || !now.startsWith(sinceBoot)) return then === now;
  return Math.abs(bootOf(then) - bootOf(now)) <= clockSlackMs;
}

const bootOf = (text: string): number => Number(text.slice(sinceBoot.length));

/** Start time of a process in clock ticks since boot (proc(5), field 22 of stat), where there is /proc. */
function startOf(pid: number): string {
  if (process.platform !== 'linux') return `${sinceBoot}${Math.round(Date.now() - uptime() * 1000)}`;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
