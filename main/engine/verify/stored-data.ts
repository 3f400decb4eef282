import { HostkeepError, type DiskRecord } from '#contract';
import { leafBytes, packName, walkMap, type ChunkReader, type Locator, type MapEntry } from '#engine/repository';
import { stopWhenCancelled, type Work } from './watch.ts';

interface Counted {
  readonly pieces: number;
  readonly bytesRead: number;
}

/**
 * Every piece of data that the disks need: named by their maps, which are read and proved whole, and in a pack that is there and long
 * enough. With depth `all` each piece is read too, and proved by its name.
 */
export async function checkStoredData(work: Work): Promise<void> {
  const { locator, chunks } = await work.repository.reading();
  const files = await work.repository.storage.list('packs');
  const packs = new Map(files.map((file) => [file.name, file.sizeBytes]));
  const totalBytes = work.point.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
  let before = 0;
  for (const disk of work.point.disks) {
    const subject = `/disk${disk.index}`;
    const onLeaf = (leaf: number): void => {
      stopWhenCancelled(work);
      work.onProgress({ phase: 'stored data', doneBytes: Math.min(totalBytes, before + leaf * leafBytes), totalBytes });
    };
    try {
      const { pieces, bytesRead } = await checkDisk({ locator, chunks, packs, reads: work.depth === 'all', onLeaf }, disk);
      work.found.add(
        'stored-data',
        subject,
        'passed',
        bytesRead > 0
          ? `All ${pieces} pieces were read and are what was backed up: ${bytesRead} bytes.`
          : `All ${pieces} pieces have their place in the repository; they were not all read.`,
      );
    } catch (error) {
      work.found.fault('stored-data', subject, error);
    }
    before += disk.sizeBytes;
  }
}

interface Looking {
  readonly locator: Locator;
  readonly chunks: ChunkReader;
  readonly packs: ReadonlyMap<string, number>;
  readonly reads: boolean;
  readonly onLeaf: (leaf: number) => void;
}

async function checkDisk(looking: Looking, disk: DiskRecord): Promise<Counted> {
  let pieces = 0;
  let bytesRead = 0;
  for await (const { leaf, entries } of walkMap(looking.chunks, disk)) {
    looking.onLeaf(leaf);
    for (const entry of entries) {
      if (entry.kind !== 'chunk') continue;
      await checkPlace(looking, entry);
      pieces += 1;
      if (looking.reads) bytesRead += (await looking.chunks.read('data', entry.id)).length;
    }
  }
  return { pieces, bytesRead };
}

async function checkPlace({ locator, packs }: Looking, { id }: MapEntry & { kind: 'chunk' }): Promise<void> {
  const place = await locator.locate(id);
  if (place === undefined) throw new HostkeepError('repository/chunk-missing', { chunk: id.toString('hex') });
  const file = packName(place.packId);
  const packBytes = packs.get(file);
  // A compact may have moved it since the packs were listed; none runs while a point is read, but for read-only storages.
  if (packBytes === undefined || place.groupOffset + place.sealedLength > packBytes)
    throw new HostkeepError('repository/chunk-missing', { chunk: id.toString('hex'), pack: place.packId });
}
