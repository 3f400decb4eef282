import { giveBack } from '#engine/bytes';
import { openGroup, type ChunkLocation, type FileKeys } from '#engine/repository/chunks';

/** Opens a group's sealed bytes, for as long as it takes to open a few others. @throws HostkeepError repository/chunk-damaged */
export type GroupOpener = (place: ChunkLocation, sealed: Buffer) => Buffer;

/** Groups that are kept opened: the last of a leaf are often the first of the next. */
const keptGroups = 4;

export function groupOpener(keys: FileKeys): GroupOpener {
  const kept = new Map<string, Buffer>();
  return (place, sealed) => {
    const name = `${place.packId}/${place.groupOrdinal}`;
    const opened = kept.get(name) ?? openGroup(keys(place.packId), place, sealed);
    kept.delete(name);
    kept.set(name, opened);
    if (kept.size > keptGroups) dropOldest(kept);
    return opened;
  };
}

function dropOldest(kept: Map<string, Buffer>): void {
  const [name, opened] = kept.entries().next().value!;
  kept.delete(name);
  giveBack(opened);
}
