import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { acts, peakWanted, plain, type Act } from './acts.ts';
import { measure, median, storedMegabytes, type Measured } from './measure.ts';
import {
  back,
  disks,
  emptyRepository,
  environment,
  keepRepository,
  repositoryOf,
  resetRepository,
  tools,
  type Tool,
} from './place.ts';
import { row, table } from './table.ts';

type Result = Measured & { readonly growth: number };
type Results = ReadonlyMap<string, readonly Result[]>;

interface Rounds {
  readonly rounds: number;
  readonly peers: readonly Tool[];
  /** A file of figures of earlier rounds, which these are added to. */
  readonly into: string | undefined;
  /** Whether acts start from the first backups of the last run. */
  readonly filled: boolean;
}

/** Runs acts beside each other, a round at a time, and tells medians, and medians of the ratios of each round. The first backup is made where the others have none to start from. */
export function runActs(only: ReadonlySet<string>, { rounds, peers, into, filled }: Rounds): string {
  const wanted = acts.filter((act) => (act.name === 'first' && !filled) || only.size === 0 || only.has(act.name));
  const needed = wanted.flatMap((act) => (act.beside === undefined ? [] : acts.filter((other) => other.name === act.beside)));
  const chosen = acts.filter((act) => wanted.includes(act) || needed.includes(act));
  const results = new Map<string, Result[]>(into !== undefined && existsSync(into) ? JSON.parse(readFileSync(into, 'utf8')) : []);
  for (let round = 0; round < rounds; round += 1) {
    for (const act of chosen) {
      for (const tool of tools.filter((candidate) => candidate === 'hostkeep' || peers.includes(candidate))) {
        const command = act.commands[tool];
        if (command === undefined) continue;
        const key = `${act.name}/${tool}`;
        results.set(key, [...(results.get(key) ?? []), runOne(act, tool, command)]);
        if (into !== undefined) writeFileSync(into, JSON.stringify([...results]));
      }
    }
  }
  return actTable(chosen, results);
}

function runOne(act: Act, tool: Tool, command: readonly string[]): Result {
  if (act.name === 'first') emptyRepository(tool);
  else resetRepository(tool);
  const before = storedMegabytes(repositoryOf(tool));
  const measured = measure(command, environment);
  const growth = storedMegabytes(repositoryOf(tool)) - before;
  if (act.name === 'first') keepRepository(tool);
  rmSync(back, { force: true });
  // Each figure as it comes: a round takes minutes.
  process.stderr.write(
    `${act.name} ${tool}: ${measured.wall.toFixed(1)} s, ${measured.cpu.toFixed(1)} CPU s, ${growth.toFixed(0)} MB, ${measured.megabytes.toFixed(0)} MiB, others ${measured.others.toFixed(2)}\n`,
  );
  return { ...measured, growth };
}

function actTable(chosen: readonly Act[], results: Results): string {
  const value = (name: string, tool: Tool, of: keyof Result): number =>
    median((results.get(`${name}/${tool}`) ?? []).map((result) => result[of]));
  const rows = chosen.flatMap((act) =>
    tools.flatMap((tool) => {
      if (!results.has(`${act.name}/${tool}`)) return [];
      const ratio = (of: 'wall' | 'cpu' | 'growth'): string => {
        // Round by round, since what else the machine does changes from one to the next.
        const theirs = results.get(`${act.beside ?? act.name}/restic`) ?? [];
        const shares = results
          .get(`${act.name}/${tool}`)!
          .flatMap((result, at) => (theirs[at] ? [result[of] / theirs[at][of]] : []));
        const share = median(shares);
        if (tool === 'restic' || Number.isNaN(share) || (act.name === 'restore' && of === 'growth')) return '';
        const limit = tool === 'hostkeep' ? act.wanted[of] : undefined;
        return limit === undefined ? share.toFixed(2) : `${share.toFixed(2)} (${share <= limit ? 'at most' : 'MISSED'} ${limit})`;
      };
      const numbers = [value(act.name, tool, 'wall'), value(act.name, tool, 'cpu'), value(act.name, tool, 'growth')];
      const peak = Math.max(...results.get(`${act.name}/${tool}`)!.map(({ megabytes }) => megabytes));
      const others = value(act.name, tool, 'others').toFixed(2);
      const judged = tool === 'hostkeep' && peak > peakWanted ? `${peak.toFixed(0)} (MISSED ${peakWanted})` : peak.toFixed(0);
      return [
        row(
          act.says,
          tool,
          ...numbers.map((number) => number.toFixed(1)),
          others,
          judged,
          ratio('wall'),
          ratio('cpu'),
          ratio('growth'),
        ),
      ];
    }),
  );
  const heads = [
    'act',
    'tool',
    'wall s',
    'CPU s',
    'stored MB',
    'others',
    'peak MiB',
    'wall / restic',
    'CPU / restic',
    'stored / restic',
  ];
  const share = (value('second-vm', 'hostkeep', 'growth') * 1e6) / (statSync(disks.c).blocks * 512);
  const dedup = Number.isNaN(share)
    ? ''
    : `\nThe second VM stores ${(share * 100).toFixed(1)} % of its allocated bytes (at most 5 %).\n`;
  return table(heads, rows) + dedup;
}

/** Plain tools on the same disk. */
export function runPlain(rounds: number): string {
  const rows = plain.map(({ says, command }) => {
    const all = Array.from({ length: rounds }, () => measure(command, environment));
    rmSync(back, { force: true });
    return row(says, median(all.map(({ wall }) => wall)).toFixed(1), median(all.map(({ cpu }) => cpu)).toFixed(1));
  });
  return table(['plain tool', 'wall s', 'CPU s'], rows);
}
