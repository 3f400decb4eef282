import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { backedUp, type Published } from '../oracle/iscsi/ours.ts';
import { startTgt } from '../oracle/iscsi/tgt.ts';
import { coldCaches, median } from './measure.ts';
import { shell } from './acts.ts';
import { row, table } from './table.ts';

const run = promisify(execFile);

interface Served {
  readonly url: string;
  readonly prefix: readonly string[];
  readonly startMs: number;
  stop(): Promise<void>;
}

/** What iscsi-perf is told, and what counts of what it says. */
interface Load {
  readonly says: string;
  readonly parameters: readonly string[];
  readonly unit: 'MB/s' | 'reads/s';
  /** Caches are dropped, and the target starts anew. */
  readonly cold?: boolean;
  /** At least so much of tgt's. */
  readonly wanted?: number;
}

const seconds = 6;
const sequential = ['-b', '512', '-m', '32'];
const random = ['-r', '-b', '8', '-m', '32'];

interface Part {
  readonly disk: string;
  readonly megabytes: number;
  readonly loads: readonly Load[];
}

const parts: readonly Part[] = [
  {
    disk: 'sequential',
    megabytes: 1024,
    loads: [
      { says: 'sequential, 256 KiB x 32 in 1 GiB, pages warm', parameters: sequential, unit: 'MB/s', wanted: 0.6 },
      { says: 'sequential, 256 KiB x 32 in 1 GiB, cold', parameters: sequential, unit: 'MB/s', cold: true },
      { says: 'random 4 KiB x 32 in 1 GiB, cold', parameters: random, unit: 'reads/s', cold: true },
      { says: 'random 4 KiB x 32 in 1 GiB, pages warm', parameters: random, unit: 'reads/s' },
    ],
  },
  {
    disk: 'random',
    megabytes: 192,
    loads: [
      { says: 'random 4 KiB x 32 in 192 MiB, warm', parameters: random, unit: 'reads/s', wanted: 0.5 },
      { says: 'sequential, 256 KiB x 32 in 192 MiB, warm', parameters: sequential, unit: 'MB/s', wanted: 0.6 },
    ],
  },
];

/** A published point beside tgt on the raw image that it was made of: in turns, by iscsi-perf of libiscsi. */
export async function runPublish(rounds: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hostkeep-bench-'));
  try {
    const rows: string[] = [];
    const starts: number[] = [];
    for (const part of parts) rows.push(...(await measurePart(folder, part, { rounds, starts })));
    const first = `Command to first served sector: ${(median(starts) / 1000).toFixed(2)} s (wanted: below 2 s), median of ${starts.length}.\n`;
    return [table(['published', 'hostkeep', 'tgt on the raw image', 'ratio', 'wanted'], rows), first].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measurePart(
  folder: string,
  part: Part,
  of: { readonly rounds: number; readonly starts: number[] },
): Promise<readonly string[]> {
  const place = join(folder, part.disk);
  const image = `${place}.raw`;
  // Files as they are, without a hole: what is empty would be read at no cost.
  const [program, ...line] = shell(
    `tar c --exclude='*.pyc' /usr/lib /usr/bin /usr/share 2>/dev/null | head -c ${part.megabytes}M > ${image}`,
  );
  await run(program!, line);
  const published = await backedUp(place, image);
  const serve = { hostkeep: () => served(published), tgt: () => startTgt(image).then((tgt) => ({ ...tgt, startMs: 0 })) };
  const found = new Map<string, number[]>();
  for (let round = 0; round < of.rounds; round += 1)
    for (const [name, start] of Object.entries(serve)) {
      const rates = await measureOne(start, part.loads, name === 'hostkeep' ? of.starts : []);
      for (const [load, rate] of rates) found.set(`${name} ${load}`, [...(found.get(`${name} ${load}`) ?? []), rate]);
    }
  rmSync(place, { recursive: true, force: true });
  rmSync(image);
  return part.loads.map(({ says, unit, wanted }) => {
    const [ours, theirs] = [median(found.get(`hostkeep ${says}`)!), median(found.get(`tgt ${says}`)!)];
    const told = wanted === undefined ? '' : ours / theirs >= wanted ? `at least ${wanted}` : `MISSED ${wanted}`;
    return row(says, `${ours.toFixed(0)} ${unit}`, `${theirs.toFixed(0)} ${unit}`, (ours / theirs).toFixed(2), told);
  });
}

async function measureOne(
  start: () => Promise<Served>,
  loads: readonly Load[],
  starts: number[],
): Promise<ReadonlyMap<string, number>> {
  const rates = new Map<string, number>();
  for (const load of loads.filter(({ cold }) => cold === true)) {
    coldCaches();
    const target = await start();
    starts.push(target.startMs);
    rates.set(load.says, await rateOf(target, load, 3));
    await target.stop();
  }
  const target = await start();
  starts.push(target.startMs);
  for (const load of loads.filter(({ cold }) => cold !== true)) {
    await rateOf(target, load, 3);
    rates.set(load.says, await rateOf(target, load, seconds));
  }
  await target.stop();
  return rates;
}

async function served(published: Published): Promise<Served> {
  const started = performance.now();
  const publisher = await published.start();
  // The first sector, as an initiator has it.
  await run('qemu-io', ['-r', '-f', 'raw', '-c', 'read 0 512', publisher.url]);
  const startMs = performance.now() - started;
  return { url: publisher.url, prefix: [], startMs, stop: () => publisher.stop() };
}

async function rateOf(target: Served, load: Load, forSeconds: number): Promise<number> {
  const [program, ...rest] = [...target.prefix, 'iscsi-perf', '-t', String(forSeconds), ...load.parameters, target.url];
  const { stdout } = await run(program, rest, { maxBuffer: 64 * 1024 * 1024 });
  return parseRate(stdout, load.unit);
}

/** The average over the whole run, from the last line that tells it. */
function parseRate(output: string, unit: Load['unit']): number {
  const told = [...output.matchAll(/iops average (\d+) \((\d+) MB\/s\)/g)].at(-1);
  if (told === null || told === undefined) throw new Error(`iscsi-perf said ${output.slice(-500)}`);
  return Number(unit === 'MB/s' ? told[2] : told[1]);
}
