/** The volumes of the disks that a run reads, found once, by whoever asks first. */
import { throttled, type BlockSource } from '#engine/blocks';
import type { SessionDisk } from '#engine/ports';
import { openDisk } from '../formats/open-disk.ts';
import { readLoad, readPace, type ReadLoad } from './load/read-load.ts';
import type { PlacedVolume } from './skip/guest-layout.ts';

export interface GuestVolumes {
  /** Their disks are counted in the order that was given. @throws HostkeepError format/*, input/not-found */
  find(): Promise<readonly PlacedVolume[]>;
}

/** They can be read as long as the act goes on. */
export async function withGuestVolumes<Result>(
  disks: readonly Pick<SessionDisk, 'source'>[],
  load: ReadLoad | undefined,
  act: (volumes: GuestVolumes) => Promise<Result>,
): Promise<Result> {
  const open: BlockSource[] = [];
  const place = async (): Promise<readonly PlacedVolume[]> => {
    const pace = readPace((load ?? readLoad()).memory);
    for (const { source } of disks) open.push(throttled(await openDisk(source), pace));
    // The file systems are loaded by those runs alone that look into them.
    const { placeVolumes } = await import('./skip/guest-layout.ts');
    return placeVolumes(open);
  };
  let found: Promise<readonly PlacedVolume[]> | undefined;
  try {
    return await act({ find: () => (found ??= place()) });
  } finally {
    for (const disk of open) await disk.close();
  }
}
