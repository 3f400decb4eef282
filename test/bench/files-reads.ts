import { openGuest, parseGuestPath, readFile } from '#engine/recovery';
import { blocksOfLeaf, diskOf, findPoint, leafBytes, readLeaf, readLeafIds } from '#engine/repository';
import { openRepositoryAt } from '#service/repositories';
import { coldCaches, median } from './measure.ts';
import { environment, repositoryOf } from './place.ts';
import { row, table } from './table.ts';

const wanted = 0.5;

/** A large file read through its file system, beside the bare reads of the chunks that it consists of. */
export async function measureReads(rounds: number): Promise<string> {
  const [file, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    file.push(await rate(readLarge));
    bare.push(await rate(readChunks));
  }
  const share = median(file) / median(bare);
  const verdict = share >= wanted ? `at least ${wanted}` : `MISSED ${wanted}`;
  const mib = (value: number): string => `${(value / 1024 ** 2).toFixed(0)} MiB/s`;
  return table(
    ['sequential read of 1 GiB', 'rate', '/ bare'],
    [
      row('through the file system', mib(median(file)), `${share.toFixed(2)} (${verdict})`),
      row('the same chunks, bare', mib(median(bare)), ''),
    ],
  );
}

type Opened = Awaited<ReturnType<typeof open>>;

async function open() {
  const repository = await openRepositoryAt(repositoryOf('hostkeep'), async () => environment['HOSTKEEP_PASSWORD']!);
  const point = await findPoint(repository, 'F@latest');
  const volumes = openGuest(repository, point);
  return { repository, point, file: await volumes.find(parseGuestPath('/disk0/part0/large.bin')) };
}

async function rate(read: (of: Opened) => Promise<number>): Promise<number> {
  const opened = await open();
  coldCaches();
  const start = performance.now();
  const bytes = await read(opened);
  const took = performance.now() - start;
  await opened.repository.close();
  return (bytes / took) * 1000;
}

async function readLarge({ file }: Opened): Promise<number> {
  let bytes = 0;
  for await (const piece of readFile(file)) bytes += piece.length;
  return bytes;
}

async function readChunks({ repository, point, file }: Opened): Promise<number> {
  const { chunks } = await repository.reading();
  const disk = diskOf(point, 0);
  let bytes = 0;
  for (const { volumeOffset, length } of await file.fileSystem.ranges(file.node)) {
    if (volumeOffset === null) continue;
    const [first, end] = [Math.floor(volumeOffset / leafBytes), Math.ceil((volumeOffset + length) / leafBytes)];
    const ids = await readLeafIds(chunks, disk, { first, end });
    for (let leaf = first; leaf < end; leaf += 1) {
      const id = ids.subarray((leaf - first) * 16, (leaf - first + 1) * 16);
      for (const entry of await readLeaf(chunks, id, blocksOfLeaf(disk.sizeBytes, leaf)))
        if (entry.kind === 'chunk') bytes += (await chunks.read('data', entry.id)).length;
    }
  }
  return bytes;
}
