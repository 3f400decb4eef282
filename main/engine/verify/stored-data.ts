import { hasCode, HostkeepError, type DiskRecord } from '#contract';
import { findAgain, leafBytes, packName, walkMap, type ChunkReader, type Locator, type MapEntry } from '#engine/repository';
import type { Storage } from '#engine/storage';
import { says } from './findings.ts';
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
  const { storage } = work.repository;
  const files = await storage.list('packs');
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
      const { pieces, bytesRead } = await checkDisk(
        { locator, chunks, packs, storage, reads: work.depth === 'all', onLeaf, onDamage: work.found.met },
        disk,
      );
      work.found.add(
        'stored-data',
        subject,
        'passed',
        bytesRead > 0 ? says('stored-read', { pieces, bytes: bytesRead }) : says('stored-placed', { pieces }),
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
  /** Sizes by name, those of packs that were made since among them. */
  readonly packs: Map<string, number>;
  readonly storage: Storage;
  readonly reads: boolean;
  readonly onLeaf: (leaf: number) => void;
  readonly onDamage: (error: unknown) => void;
}

/** Goes on where a piece is damaged, for all of them are to be known. @throws the first damage that was met */
async function checkDisk(looking: Looking, disk: DiskRecord): Promise<Counted> {
  let pieces = 0;
  let damaged: { readonly error: unknown } | undefined;
  let bytesRead = 0;
  for await (const { leaf, entries } of walkMap(looking.chunks, disk)) {
    looking.onLeaf(leaf);
    for (const entry of entries) {
      if (entry.kind !== 'chunk') continue;
      try {
        await checkPlace(looking, entry);
        pieces += 1;
        if (looking.reads) bytesRead += (await looking.chunks.read('data', entry.id)).length;
      } catch (error) {
        looking.onDamage(error);
        damaged ??= { error };
      }
    }
  }
  if (damaged !== undefined) throw damaged.error;
  return { pieces, bytesRead };
}

/** A compact may move what this reads, and take away packs that were listed: then both are looked up again before anything is called missing. */
async function checkPlace({ locator, packs, storage }: Looking, { id }: MapEntry & { kind: 'chunk' }): Promise<void> {
  let pack: string | undefined;
  const missing = (cause?: unknown): HostkeepError =>
    new HostkeepError('repository/chunk-missing', { chunk: id.toString('hex'), ...(pack === undefined ? {} : { pack }) }, cause);
  try {
    await findAgain(locator, async () => {
      const place = await locator.locate(id);
      if (place === undefined) throw missing();
      pack = place.packId;
      const file = packName(pack);
      const packBytes = packs.get(file) ?? (await storage.stat(file)).sizeBytes;
      packs.set(file, packBytes);
      if (place.groupOffset + place.sealedLength > packBytes) throw missing();
    });
  } catch (error) {
    throw hasCode(error, 'storage/not-found') ? missing(error) : error;
  }
}
