import type { CatalogAbout } from '../../main/engine/catalog/about.ts';
import { sectionWriter } from '../../main/engine/catalog/section-writer.ts';
import { findFiles } from '#engine/recovery/search';
import { catalogWriter, publishPoint, type Repository } from '#engine/repository';
import type { RestorePoint } from '#contract';
import { quickRepository } from '../fixtures/environment.ts';
import { median } from './measure.ts';
import { nameOf } from './files-volume.ts';
import { row, table } from './table.ts';

const files = 1_000_000;
const perFolder = 20;
const wantedMs = 300;

/** A search of a catalogue of a million names, from an open repository in memory: what a console's second search costs, without its disk. */
export async function measureSearch(rounds: number): Promise<string> {
  const { repository, bytes } = await millionFiles();
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

async function millionFiles(): Promise<{ readonly repository: Repository; readonly bytes: number }> {
  const repository = await quickRepository();
  const point: RestorePoint = {
    version: 1,
    id: '0123456789abcdef',
    vm: 'F',
    vmId: null,
    host: null,
    time: 1,
    consistency: 'crash',
    run: 'r',
    disks: [],
    definition: [],
  };
  await publishPoint(repository, point);
  const writer = await catalogWriter(repository, point.id);
  const section = sectionWriter(writer);
  const base = { sizeBytes: 0, modified: null, unreadable: null, metadataOffset: null, places: [] };
  await section.add({ ...base, id: 5, parentId: 5, name: '', type: 'folder' });
  for (let number = 0; number < files; number += 1) {
    const folder = 6 + Math.floor(number / perFolder);
    const place = 1_000_000_000 + number * 1024;
    if (number % perFolder === 0)
      await section.add({
        ...base,
        id: folder,
        parentId: number === 0 ? 5 : 6 + Math.floor(folder / 40),
        name: `Folder ${folder}`,
        type: 'folder',
        metadataOffset: place,
      });
    await section.add({
      ...base,
      id: 100_000 + number,
      parentId: folder,
      name: nameOf(number),
      type: 'file',
      sizeBytes: (number * 7919) % 1_000_000,
      modified: 1_700_000_000_000 + ((number * 2_654_435_761) % 30_000_000_000),
      metadataOffset: place,
      places: [{ offset: number * 65_536, length: 4096 }],
    });
  }
  const about: CatalogAbout = {
    rules: 1,
    volumes: [
      {
        path: '/disk0/part1',
        identity: 'x',
        label: '',
        kind: 'NTFS',
        whole: true,
        dropped: null,
        damaged: 0,
        unreadable: null,
        ...(await section.finish()),
      },
    ],
  };
  await writer.finish({ below: [], about });
  const bytes = (await repository.storage.list('catalogs')).reduce((sum, file) => sum + file.sizeBytes, 0);
  return { repository, bytes };
}
