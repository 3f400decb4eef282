import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly megabytes: number;
  /** Processors that all else on the machine kept busy meanwhile, the kernel's own threads and the hypervisor's share included. */
  readonly others: number;
}

export type Variables = Readonly<Record<string, string>>;

/** Everything written is on the disk, and nothing of it in memory, as far as root may ask for that. */
export function coldCaches(): void {
  spawnSync('sync');
  if (process.getuid?.() === 0) writeFileSync('/proc/sys/vm/drop_caches', '3');
}

/** Runs a command with cold caches; wall and CPU in seconds, peak resident memory in MiB. Needs the Debian package time. */
export function measure(command: readonly string[], environment: Variables): Measured {
  coldCaches();
  const before = busySeconds();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '@%e %U %S %M', ...command], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [wall = 0, user = 0, system = 0, kilobytes = 0] = stderr
    .slice(stderr.lastIndexOf('@') + 1)
    .trim()
    .split(' ')
    .map(Number);
  const cpu = user + system;
  return { wall, cpu, megabytes: kilobytes / 1024, others: Math.max(0, busySeconds() - before - cpu) / wall };
}

const ticksPerSecond = 100;

/** Seconds that all processors together were not idle since the machine's start. */
function busySeconds(): number {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.trim().split(/ +/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = ticks;
  return (user + nice + system + irq + softIrq + steal) / ticksPerSecond;
}

export function storedMegabytes(folder: string): number {
  return Number(execFileSync('du', ['-s', '--block-size=1', folder], { encoding: 'utf8' }).split('\t', 1)[0]) / 1e6;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((below ?? Number.NaN) + (above ?? Number.NaN)) / 2;
}
