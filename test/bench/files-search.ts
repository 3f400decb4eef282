import { findFiles } from '#engine/recovery/search';
import { catalogueOfMany } from '../fixtures/many-names.ts';
import { median } from './measure.ts';
import { nameOf } from './files-volume.ts';
import { row, table } from './table.ts';

const files = 1_000_000;
const wantedMs = 300;

/** A search of a catalogue of a million names, from an open repository in memory: what a console's second search costs, without its disk. */
export async function measureSearch(rounds: number): Promise<string> {
  const { repository, bytes } = await catalogueOfMany(files);
  const patterns = [nameOf(777_777), 'invoice77777*', '*9.docx', '*.xlsx', 'folder 777*/budget*', 'nothing is called so', '*'];
  const rows: string[] = [];
  for (const pattern of patterns) {
    const walls: number[] = [];
    let found = 0;
    for (let round = 0; round < Math.max(3, rounds); round += 1) {
      const start = performance.now();
      const view = await findFiles(repository, { ...all, pattern });
      walls.push(performance.now() - start);
      found = view.files.length;
    }
    const took = median(walls);
    rows.push(
      row(
        `\`${pattern}\``,
        String(found),
        `${took.toFixed(0)} ms`,
        took <= wantedMs ? `at most ${wantedMs} ms` : `MISSED ${wantedMs} ms`,
      ),
    );
  }
  const heads = [`search of ${files} names (${(bytes / 1024 ** 2).toFixed(1)} MiB stored)`, 'found', 'wall', 'wanted'];
  return table(heads, rows);
}

const all = { vm: null, since: null, limit: 1000, catalogue: false, signal: new AbortController().signal } as const;
