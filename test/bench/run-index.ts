import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openRepository, packName, writeSegment } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { systemClock, systemRandom } from '#service';
import { entriesPerPage, entryBytes } from '../../main/engine/repository/index/layout.ts';
import { measure, median } from './measure.ts';
import { disks, emptyRepository, environment, folder, hostkeep, prepare, repositoryOf } from './place.ts';
import { row, table } from './table.ts';

const chunksPerPack = 4000;
const residentWanted = 512;
const slowerWanted = 1.1;

/** A first backup into a repository that knows so many other chunks already, beside the same into an empty one. */
export async function runIndex(entries: number, rounds: number): Promise<string> {
  const kept = await keptIndex(entries);
  const command = [...hostkeep, 'backup', '--image', disks.a, '--name', 'A', '--no-skip', '--no-catalog'];
  const small = join(folder, 'small.raw');
  const alone: { readonly wall: number; readonly cpu: number; readonly megabytes: number }[] = [];
  const beside: typeof alone = [];
  const intoNothing = (): void => {
    emptyRepository('hostkeep');
    alone.push(measure(command, environment));
  };
  const intoAll = (): void => {
    rmSync(repositoryOf('hostkeep'), { recursive: true, force: true });
    prepare('cp', '-al', kept, repositoryOf('hostkeep'));
    // Such a repository has had runs: the console knows how large its packs are.
    writeFileSync(small, randomBytes(4096));
    prepare(...hostkeep, 'backup', '--image', small, '--name', 'small', '--no-catalog');
    beside.push(measure(command, environment));
  };
  // Now the one first, now the other: what the machine gives changes by more than they differ.
  for (let round = 0; round < rounds; round += 1)
    for (const act of round % 2 === 0 ? [intoNothing, intoAll] : [intoAll, intoNothing]) act();
  rmSync(repositoryOf('hostkeep'), { recursive: true, force: true });
  const of = (all: typeof alone, key: 'wall' | 'cpu' | 'megabytes'): number => median(all.map((result) => result[key]));
  const ofPairs = (key: 'wall' | 'cpu'): number => median(beside.map((result, round) => result[key] / alone[round]![key]));
  const [wall, cpu, peak] = [ofPairs('wall'), ofPairs('cpu'), of(beside, 'megabytes')];
  const rows = [
    row('empty', of(alone, 'wall').toFixed(1), of(alone, 'cpu').toFixed(1), of(alone, 'megabytes').toFixed(0)),
    row(`${entries / 1e6} million chunks`, of(beside, 'wall').toFixed(1), of(beside, 'cpu').toFixed(1), peak.toFixed(0)),
  ];
  const verdict = `Medians of pairs: ${wall.toFixed(2)} of the time, ${cpu.toFixed(2)} of the CPU (at most ${slowerWanted}); ${peak.toFixed(0)} MiB resident (at most ${residentWanted}).`;
  return `${table(['first backup into an index of', 'wall s', 'CPU s', 'peak MiB'], rows)}\n${verdict}\n`;
}

/** A repository with an index of so many chunks; made once, which takes minutes. */
export async function keptIndex(entries: number): Promise<string> {
  const kept = join(folder, `index-${entries}`);
  if (!existsSync(kept)) await makeIndex(kept, entries);
  return kept;
}

/** An index of chunks that lie nowhere: a run looks all of its own up and finds none. */
async function makeIndex(kept: string, entries: number): Promise<void> {
  emptyRepository('hostkeep');
  const storage = folderStorage(repositoryOf('hostkeep'));
  const repository = await openRepository(storage, {
    secret: environment['HOSTKEEP_PASSWORD']!,
    random: systemRandom,
    clock: systemClock,
  });
  const packs = Array.from({ length: Math.ceil(entries / chunksPerPack) }, () => randomBytes(16).toString('hex'));
  // A run into a repository that lacks packs would say so and fail; whether they hold anything it does not look at.
  for (const pack of packs) {
    const file = join(repositoryOf('hostkeep'), packName(pack));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }
  await writeSegment(repository, { packs, entryCount: entries, pages: () => sortedPages(entries, packs.length) });
  await repository.close();
  prepare('mv', repositoryOf('hostkeep'), kept);
}

/** Entries in the order of their ids, which are spread evenly and random behind that. */
function* sortedPages(entries: number, packs: number): Iterable<Buffer> {
  const step = 2 ** 48 / entries;
  for (let first = 0; first < entries; first += entriesPerPage) {
    const page = randomBytes(Math.min(entriesPerPage, entries - first) * entryBytes);
    for (let row = 0; row * entryBytes < page.length; row += 1) {
      const at = row * entryBytes;
      page.writeUIntBE(Math.floor((first + row) * step), at, 6);
      page.writeUInt32LE((first + row) % packs, at + 16);
      page.writeUInt16LE(0, at + 30);
    }
    yield page;
  }
}
