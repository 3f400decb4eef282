import type { BlockSource } from '#engine/blocks';
import { readGeometry, type NtfsGeometry } from './boot.ts';
import { readUpCase, type UpCase } from './collation.ts';
import { openFile, type NtfsFile } from './file.ts';
import { openMft, type MasterFileTable } from './mft.ts';

/** What every reader of a volume needs. */
export interface NtfsVolume {
  readonly source: BlockSource;
  readonly geometry: NtfsGeometry;
  readonly mft: MasterFileTable;
  file(number: number): Promise<NtfsFile>;
  /** Read when it is first asked for. */
  upCase(): Promise<UpCase>;
}

export async function openVolume(source: BlockSource): Promise<NtfsVolume> {
  const geometry = await readGeometry(source);
  const from = { source, geometry };
  const mft = await openMft(from);
  let table: Promise<UpCase> | undefined;
  return {
    ...from,
    mft,
    file: (number) => openFile(from, mft, number),
    upCase: () => (table ??= readUpCase(from, mft)),
  };
}
