import { corrupt, number64, unsupported } from './layout.ts';

/** [BTRFS] "CHUNK_ITEM": flags of a block group. */
const profiles = {
  data: 1,
  metadata: 4,
  raid0: 0x8,
  raid1: 0x10,
  dup: 0x20,
  raid10: 0x40,
  raid5: 0x80,
  raid6: 0x100,
  raid1c3: 0x200,
  raid1c4: 0x400,
} as const;
const mirrored = profiles.raid1 | profiles.dup | profiles.raid1c3 | profiles.raid1c4;
const striped = profiles.raid0 | profiles.raid10;
const parity = profiles.raid5 | profiles.raid6;
export const chunkHeaderBytes = 48;
export const stripeBytes = 32;
const maximumChunks = 1_000_000;

interface Stripe {
  readonly deviceId: number;
  readonly offset: number;
}

/** A stretch of logical addresses, and where it lies on devices. */
export interface Chunk {
  readonly logical: number;
  readonly length: number;
  readonly type: number;
  readonly stripeLength: number;
  readonly subStripes: number;
  readonly stripes: readonly Stripe[];
}

/** A stretch on this device of what was asked for. */
export interface Piece {
  /** From the start of what was asked for. */
  readonly at: number;
  readonly physical: number;
  readonly length: number;
}

/** Each copy of a stretch of logical addresses that lies on this device wholly, in pieces. */
export interface ChunkMap {
  readonly chunks: readonly Chunk[];
  /** @throws HostkeepError format/btrfs-corrupt, and format/btrfs-unsupported where no copy is on this device */
  copies(logical: number, length: number): readonly (readonly Piece[])[];
}

export function parseChunk(logical: number, bytes: Buffer): Chunk {
  if (bytes.length < chunkHeaderBytes) throw corrupt('chunk', { logical });
  const count = bytes.readUInt16LE(44);
  if (count === 0 || bytes.length < chunkHeaderBytes + count * stripeBytes) throw corrupt('chunk', { logical, stripes: count });
  const chunk: Chunk = {
    logical,
    length: number64(bytes, 0, 'chunk'),
    type: number64(bytes, 24, 'chunk'),
    stripeLength: number64(bytes, 16, 'chunk'),
    subStripes: bytes.readUInt16LE(46),
    stripes: Array.from({ length: count }, (_, index) => ({
      deviceId: number64(bytes, chunkHeaderBytes + index * stripeBytes, 'chunk'),
      offset: number64(bytes, chunkHeaderBytes + index * stripeBytes + 8, 'chunk'),
    })),
  };
  const isSane =
    chunk.length > 0 &&
    Number.isSafeInteger(logical + chunk.length) &&
    chunk.stripes.every(({ offset }) => Number.isSafeInteger(offset + chunk.length)) &&
    (!isStriped(chunk) || (chunk.stripeLength >= 4096 && chunk.stripeLength <= 2 ** 26)) &&
    ((chunk.type & profiles.raid10) === 0 || (chunk.subStripes > 0 && count % chunk.subStripes === 0));
  if (!isSane) throw corrupt('chunk', { logical });
  return chunk;
}

/** Whether the bytes of a chunk lie on a device as one piece. */
export function isStriped({ type }: Chunk): boolean {
  return (type & (striped | parity)) !== 0;
}

export function chunkMap(found: readonly Chunk[], device: { readonly id: number; readonly count: number }): ChunkMap {
  const chunks = found.toSorted((a, b) => a.logical - b.logical);
  if (chunks.length > maximumChunks) throw corrupt('chunk tree', { chunks: chunks.length });
  for (const [index, { logical }] of chunks.entries()) {
    const before = chunks[index - 1];
    if (before !== undefined && before.logical + before.length > logical) throw corrupt('chunk', { logical });
  }
  return {
    chunks,
    copies(logical, length) {
      const chunk = chunks[lastUpTo(chunks, logical)];
      if (chunk === undefined || logical + length > chunk.logical + chunk.length) throw corrupt('address', { logical, length });
      const copies = copiesIn(chunk, logical - chunk.logical, length);
      const here = copies.filter((pieces) => pieces.every(({ stripe }) => stripe.deviceId === device.id));
      if (here.length === 0) throw unsupported({ feature: 'data on other devices of the file system', devices: device.count });
      return here.map((pieces) =>
        pieces.map(({ at, length: bytes, stripe, within }) => ({ at, length: bytes, physical: stripe.offset + within })),
      );
    },
  };
}

function lastUpTo(chunks: readonly Chunk[], logical: number): number {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (chunks[middle]!.logical <= logical) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

interface Placed {
  readonly at: number;
  readonly length: number;
  readonly stripe: Stripe;
  /** From the start of the stripe's stretch of its device. */
  readonly within: number;
}

function copiesIn(chunk: Chunk, offset: number, length: number): readonly (readonly Placed[])[] {
  const { type, stripes } = chunk;
  if ((type & parity) !== 0) throw unsupported({ feature: (type & profiles.raid5) === 0 ? 'RAID6' : 'RAID5' });
  if ((type & striped) !== 0) return stripedCopies(chunk, offset, length);
  if ((type & mirrored) === 0 && stripes.length > 1) throw corrupt('chunk', { logical: chunk.logical, stripes: stripes.length });
  return stripes.map((stripe) => [{ at: 0, length, stripe, within: offset }]);
}

/** RAID0 goes from stripe to stripe; RAID10 from one group of stripes, which are copies of each other, to the next. */
function stripedCopies(chunk: Chunk, offset: number, length: number): readonly (readonly Placed[])[] {
  const { stripeLength, stripes } = chunk;
  const copies = (chunk.type & profiles.raid10) === 0 ? 1 : chunk.subStripes;
  const groups = stripes.length / copies;
  return Array.from({ length: copies }, (_, copy) => {
    const pieces: Placed[] = [];
    for (let at = 0; at < length;) {
      const number = Math.floor((offset + at) / stripeLength);
      const inside = (offset + at) % stripeLength;
      const piece = Math.min(stripeLength - inside, length - at);
      const stripe = stripes[(number % groups) * copies + copy]!;
      pieces.push({ at, length: piece, stripe, within: Math.floor(number / groups) * stripeLength + inside });
      at += piece;
    }
    return pieces;
  });
}
