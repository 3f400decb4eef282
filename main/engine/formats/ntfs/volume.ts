import { hasCode } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { readGeometry, type NtfsGeometry } from './boot.ts';
import { readUpCase, type UpCase } from './collation.ts';
import { openChunkStore, type ChunkStore } from './dedup/store.ts';
import { openFile, type NtfsFile } from './file.ts';
import { openMft, type MasterFileTable } from './mft.ts';

/** A volume has one; files may name another. */
const keptStores = 4;

/** What every reader of a volume needs. */
export interface NtfsVolume {
  readonly source: BlockSource;
  readonly geometry: NtfsGeometry;
  readonly mft: MasterFileTable;
  file(number: number): Promise<NtfsFile>;
  /** Read when it is first asked for. */
  upCase(): Promise<UpCase>;
  /** Of Data Deduplication, by its GUID; undefined where the volume has none of that name. @throws format/ntfs-corrupt */
  chunkStore(guid: string): Promise<ChunkStore | undefined>;
}

export async function openVolume(source: BlockSource): Promise<NtfsVolume> {
  const geometry = await readGeometry(source);
  const from = { source, geometry };
  const mft = await openMft(from);
  let table: Promise<UpCase> | undefined;
  const stores = new Map<string, Promise<ChunkStore | undefined>>();
  const volume: NtfsVolume = {
    ...from,
    mft,
    file: (number) => openFile(from, mft, number),
    upCase: () => (table ??= readUpCase(from, mft)),
    chunkStore: (guid) => {
      const known = stores.get(guid);
      if (known !== undefined) return known;
      if (stores.size >= keptStores) stores.delete(stores.keys().next().value!);
      const opening = openChunkStore(volume, guid);
      stores.set(guid, opening);
      opening.catch((error) => {
        // A damaged store is damaged for each of its files; what else failed may not fail again.
        if (!hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds')) stores.delete(guid);
      });
      return opening;
    },
  };
  return volume;
}
