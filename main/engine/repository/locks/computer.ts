import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, networkInterfaces, uptime } from 'node:os';
import { errnoOf } from '#files';

/** The computer that a process runs on. Names are not enough: two may be called `localhost`, and a clone is called as its original. */
export interface ComputerIdentity {
  /** Of its name, the system's own id and the addresses of its network cards; the same after a start. */
  readonly computer: string;
  /** Of one start, and of what numbers its processes: within it a process's number means one process. Empty where the system has none. */
  readonly boot: string;
}

export interface ThisComputer extends ComputerIdentity {
  readonly host: string;
  /** How long it has been up. */
  readonly upMs: number;
}

export function thisComputer(): ThisComputer {
  const host = hostname();
  const traits = [host, readOr('', () => readFileSync('/etc/machine-id', 'utf8').trim()), ...cards()];
  const computer = createHash('sha256').update(JSON.stringify(traits)).digest('hex').slice(0, 16);
  return { computer, boot: bootOf(), host, upMs: uptime() * 1000 };
}

/** Addresses that a maker gave; those that software made up come and go, or are the same in every clone. */
function cards(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const given = all.filter(
    ({ internal, mac }) => !internal && mac !== '00:00:00:00:00:00' && (Number.parseInt(mac, 16) & 2) === 0,
  );
  return [...new Set(given.map(({ mac }) => mac))].toSorted();
}

/** The kernel's id of its start, and the space of process numbers: containers have their own. */
function bootOf(): string {
  if (process.platform !== 'linux') return '';
  return readOr('', () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}${betweenBootAndSpace}${readlinkSync('/proc/self/ns/pid')}`;
  });
}

const betweenBootAndSpace = ' ';

/** Whether they are of one start of one kernel, whatever numbers their processes. */
export function isSameStart(one: string, other: string): boolean {
  return one.split(betweenBootAndSpace)[0] === other.split(betweenBootAndSpace)[0];
}

function readOr(otherwise: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return otherwise;
  }
}
