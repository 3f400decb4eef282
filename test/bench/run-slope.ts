import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, median, storedMegabytes } from './measure.ts';
import { disks, emptyRepository, environment, folder, hostkeep, ranges, repositoryOf } from './place.ts';
import { lineThrough, row, table } from './table.ts';

interface Point {
  readonly x: number;
  readonly wall: number;
  readonly cpu: number;
  readonly stored: number;
}

const gib = 1024 ** 3;

/** Whether cost grows in a straight line: with what is read (disks of 1, 2 and 4 GiB), and with what changed (0.5, 1 and 2 %). */
export function runSlope(rounds: number): string {
  const read = [1, 2, 4].map((size) => {
    const disk = size === 4 ? disks.a : firstPart(size);
    return repeated(size, rounds, () => emptyRepository('hostkeep'), backup(disk));
  });
  const all = JSON.parse(readFileSync(ranges, 'utf8')) as readonly { readonly offset: number; readonly length: number }[];
  const changed = [0.25, 0.5, 1].map((share) => {
    const file = join(folder, `ranges-${share}.json`);
    const some = all.filter((_, index) => index % 4 < share * 4);
    writeFileSync(file, JSON.stringify(some));
    const before = (): void => {
      emptyRepository('hostkeep');
      measure(backup(disks.a), environment);
    };
    const megabytes = some.reduce((sum, range) => sum + range.length, 0) / 1e6;
    return repeated(megabytes, rounds, before, [...backup(disks.b), '--changed-ranges', file]);
  });
  return `${told('GiB read', read)}\n${told('MB changed', changed)}`;
}

function backup(disk: string): readonly string[] {
  return [...hostkeep, 'backup', '--image', disk, '--name', 'A', '--no-skip', '--no-catalog'];
}

function firstPart(size: number): string {
  const path = join(folder, `a-${size}.raw`);
  if (!existsSync(path))
    execFileSync('dd', [`if=${disks.a}`, `of=${path}`, 'bs=4M', `count=${(size * gib) / 4194304}`, 'conv=sparse', 'status=none']);
  return path;
}

function repeated(x: number, rounds: number, before: () => void, command: readonly string[]): Point {
  const all = Array.from({ length: rounds }, () => {
    before();
    const stored = storedMegabytes(repositoryOf('hostkeep'));
    const { wall, cpu } = measure(command, environment);
    return { wall, cpu, stored: storedMegabytes(repositoryOf('hostkeep')) - stored };
  });
  rmSync(repositoryOf('hostkeep'), { recursive: true, force: true });
  const of = (key: 'wall' | 'cpu' | 'stored'): number => median(all.map((result) => result[key]));
  return { x, wall: of('wall'), cpu: of('cpu'), stored: of('stored') };
}

function told(what: string, points: readonly Point[]): string {
  const rows = points.map(({ x, wall, cpu, stored }) => row(x.toFixed(1), wall.toFixed(2), cpu.toFixed(2), stored.toFixed(1)));
  const lines = (['wall', 'cpu', 'stored'] as const).map((key) => {
    const { slope, start, farthest } = lineThrough(points.map((point) => ({ x: point.x, y: point[key] })));
    return `${key}: ${start.toFixed(2)} and ${slope.toPrecision(3)} for each ${what.split(' ', 1)[0]}, no point farther off than ${farthest.toFixed(2)}`;
  });
  return `${table([what, 'wall s', 'CPU s', 'stored MB'], rows)}\nSlopes: ${lines.join('; ')}.\n`;
}
