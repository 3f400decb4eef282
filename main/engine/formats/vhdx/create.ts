import { open } from 'node:fs/promises';
import { batEntriesOf, mib } from './layout.ts';
import { headerSection, metadataRegion, ownLayout, type VhdxShape, type WriteGuids } from './structures.ts';
import { writeAt } from './writer.ts';

export interface NewVhdx {
  readonly path: string;
  readonly shape: VhdxShape;
  readonly guids: WriteGuids;
}

/** Creates an empty dynamic or differencing VHDX. Refuses a path that exists. */
export async function createVhdx(wanted: NewVhdx): Promise<void> {
  const batLength = Math.ceil((batEntriesOf(wanted.shape, wanted.shape.parent !== undefined) * 8) / mib) * mib;
  const file = await open(wanted.path, 'wx');
  try {
    await file.truncate(ownLayout.batOffset + batLength);
    await writeAt(file, ownLayout.metadataOffset, metadataRegion(wanted.shape));
    await file.datasync();
    await writeAt(file, 0, headerSection(wanted.guids, batLength));
    await file.sync();
  } finally {
    await file.close();
  }
}
