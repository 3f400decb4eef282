import { HostkeepError } from '#contract';
import { checkRange, type BlockSource, type Extent } from '#engine/blocks';
import type { GroupDescription, LogicalDescription, Segment } from './group.ts';
import { corruptLvm } from './layout.ts';

/** A stretch of the logical volume that lies in one piece on one physical volume. */
interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly source: BlockSource;
  readonly position: number;
}

interface PlacedSegment {
  readonly offset: number;
  readonly length: number;
  readonly stripeBytes: number;
  readonly areas: readonly { readonly source: BlockSource; readonly position: number }[];
}

/** A logical volume as a disk, and where on the physical volumes a stretch of it lies. */
export interface MappedVolume extends BlockSource {
  /** @throws HostkeepError format/lvm-unsupported where it is in more pieces than anybody should hold at once */
  locate(offset: number, length: number): Iterable<LocatedPiece>;
}
export type LocatedPiece = Omit<Piece, 'offset'>;

/**
 * A logical volume as a disk of its own, over the physical volumes that were found (by id).
 * @throws HostkeepError format/lvm-unsupported, format/lvm-incomplete, format/lvm-corrupt
 */
export function logicalVolume(
  group: GroupDescription,
  logical: LogicalDescription,
  found: ReadonlyMap<string, BlockSource>,
): MappedVolume {
  const segments = logical.segments
    .map((segment) => placed(group, logical, segment, found))
    .toSorted((a, b) => a.offset - b.offset);
  let sizeBytes = 0;
  for (const segment of segments) {
    if (segment.offset !== sizeBytes) throw corruptLvm('logical volume', { volume: logical.name, offset: segment.offset });
    sizeBytes += segment.length;
  }
  const sectors = [...found.values()].map((source) => source.logicalSectorSize);
  return {
    sizeBytes,
    logicalSectorSize: Math.max(512, ...sectors),
    physicalSectorSize: Math.max(512, ...[...found.values()].map((source) => source.physicalSectorSize)),
    async read(offset, target) {
      checkRange({ sizeBytes }, offset, target.byteLength);
      for (const piece of pieces(segments, offset, target.byteLength))
        await piece.source.read(piece.position, target.subarray(piece.offset - offset, piece.offset - offset + piece.length));
    },
    async extents(offset, length) {
      checkRange({ sizeBytes }, offset, length);
      const extents: Extent[] = [];
      for (const piece of pieces(segments, offset, length))
        for (const extent of await piece.source.extents(piece.position, piece.length))
          extents.push({ ...extent, offset: extent.offset - piece.position + piece.offset });
      return extents;
    },
    locate: (offset, length) => countable(logical.name, pieces(segments, offset, length)),
    close: async () => undefined,
  };
}

/** Stripes may be of one sector: of a terabyte that would be thousands of millions. */
const mostPieces = 262_144;

function* countable(volume: string, located: Iterable<Piece>): Iterable<Piece> {
  let count = 0;
  for (const piece of located) {
    count += 1;
    if (count > mostPieces) throw new HostkeepError('format/lvm-unsupported', { volume, pieces: `more than ${mostPieces}` });
    yield piece;
  }
}

function placed(
  group: GroupDescription,
  logical: LogicalDescription,
  segment: Segment,
  found: ReadonlyMap<string, BlockSource>,
): PlacedSegment {
  if (segment.areas.length === 0)
    throw new HostkeepError('format/lvm-unsupported', { group: group.name, volume: logical.name, type: segment.type });
  const perArea = segment.count / segment.areas.length;
  const areas = segment.areas.map((area) => {
    const physical = group.physical.get(area.physical);
    if (physical === undefined) throw corruptLvm('segment', { volume: logical.name, physical: area.physical });
    const source = found.get(physical.id);
    if (source === undefined)
      throw new HostkeepError('format/lvm-incomplete', { group: group.name, volume: logical.name, physical: area.physical });
    const position = physical.startBytes + area.extent * group.extentBytes;
    if (position + perArea * group.extentBytes > source.sizeBytes)
      throw corruptLvm('segment', { volume: logical.name, extent: area.extent });
    return { source, position };
  });
  const { extentBytes } = group;
  return { offset: segment.start * extentBytes, length: segment.count * extentBytes, stripeBytes: segment.stripeBytes, areas };
}

function* pieces(segments: readonly PlacedSegment[], offset: number, length: number): Iterable<Piece> {
  const end = offset + length;
  for (const segment of segments) {
    let at = Math.max(offset, segment.offset);
    const stop = Math.min(end, segment.offset + segment.length);
    while (at < stop) {
      const piece = pieceAt(segment, at, stop);
      yield piece;
      at += piece.length;
    }
  }
}

function pieceAt(segment: PlacedSegment, at: number, stop: number): Piece {
  const within = at - segment.offset;
  const { areas, stripeBytes } = segment;
  if (areas.length === 1)
    return { offset: at, length: stop - at, source: areas[0]!.source, position: areas[0]!.position + within };
  const stripe = Math.floor(within / stripeBytes);
  const inStripe = within - stripe * stripeBytes;
  const { source, position } = areas[stripe % areas.length]!;
  return {
    offset: at,
    length: Math.min(stop - at, stripeBytes - inStripe),
    source,
    position: position + Math.floor(stripe / areas.length) * stripeBytes + inStripe,
  };
}
