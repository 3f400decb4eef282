/**
 * Files that Windows Server's Data Deduplication optimised: their bytes are chunks of a store on the same volume, in the order that a
 * stream map tells. A chunk and a map are taken only where the hash that their reader expects stands before them. What was written
 * to a file since it was optimised lies in its own clusters and is not merged: such a file is listed as unreadable.
 */
import { hasCode, HostkeepError, type ErrorCode } from '#contract';
import { decodeXpress } from '../../compression/index.ts';
import { unsupported } from '../damage.ts';
import { attributeSizes, type Attribute } from '../record.ts';
import type { ReparsePoint } from '../reparse.ts';
import { joinRuns } from '../runs.ts';
import type { ByteStream } from '../stream.ts';
import type { NtfsVolume } from '../volume.ts';
import { chunkHeader, dataChunk, xpressFormat } from './layout.ts';
import { parseDedupReference, type DedupReference } from './reference.ts';
import type { ChunkStore } from './store.ts';
import { openStreamMap, type MappedChunk, type StreamMap } from './stream-map.ts';

/** Why a deduplicated file's bytes cannot be had; null where all that its record says is understood. */
export async function dedupObstacle(
  volume: NtfsVolume,
  reparse: ReparsePoint,
  data: readonly Attribute[],
): Promise<ErrorCode | null> {
  const sizeBytes = sizeIfUntouched(volume, data);
  const reference = sizeBytes === undefined ? undefined : understood(reparse, sizeBytes);
  if (reference === undefined || reference.sizeBytes !== sizeBytes) return 'format/file-deduplicated';
  return (await volume.chunkStore(reference.store)) === undefined ? 'format/file-deduplicated' : null;
}

/** @throws HostkeepError format/ntfs-corrupt, format/file-deduplicated */
export async function dedupStream(volume: NtfsVolume, reparse: ReparsePoint, data: ByteStream): Promise<ByteStream> {
  const { store, sizeBytes, parts } = parseDedupReference(reparse.data, data.sizeBytes);
  const chunks = await volume.chunkStore(store);
  if (chunks === undefined) throw new HostkeepError('format/file-deduplicated', { store });
  const maps = new Map<number, Promise<StreamMap>>();
  const mapAt = (offset: number): Promise<StreamMap> => {
    const index = parts.findIndex((part) => offset < part.end);
    const known = maps.get(index);
    if (known !== undefined) return known;
    maps.clear();
    const opening = openStreamMap(chunks, parts[index]!);
    maps.set(index, opening);
    opening.catch(() => maps.delete(index));
    return opening;
  };
  let last: { readonly begin: number; readonly bytes: Buffer } | undefined;
  const bytesAt = async (offset: number): Promise<{ readonly begin: number; readonly bytes: Buffer }> => {
    if (last !== undefined && offset >= last.begin && offset < last.begin + last.bytes.length) return last;
    const chunk = await (await mapAt(offset)).at(offset);
    const read = { begin: chunk.begin, bytes: await readChunk(chunks, chunk) };
    last = read;
    return read;
  };
  return {
    sizeBytes,
    allocatedBytes: data.allocatedBytes,
    storage: 'dedup',
    runs: [],
    async read(offset, target) {
      const end = offset + target.byteLength;
      for (let at = offset; at < end;) {
        const { begin, bytes } = await bytesAt(at);
        const to = Math.min(end, begin + bytes.length);
        target.set(bytes.subarray(at - begin, to - begin), at - offset);
        at = to;
      }
    },
  };
}

async function readChunk(store: ChunkStore, chunk: MappedChunk): Promise<Buffer> {
  const { header, read } = await store.find({
    ...chunk,
    kind: 'Data',
    headerBytes: dataChunk.headerBytes,
    isWanted: (header) =>
      header.readUInt32LE(chunkHeader.bytes) === chunk.storedBytes &&
      header.subarray(dataChunk.hash, dataChunk.hash + dataChunk.hashBytes).equals(chunk.hash),
  });
  const stored = Buffer.alloc(chunk.storedBytes);
  await read(0, stored);
  const plainBytes = chunk.end - chunk.begin;
  if (stored.length === plainBytes) return stored;
  const plain = Buffer.alloc(plainBytes);
  if (header.readUInt32LE(chunkHeader.compression) !== xpressFormat) throw unsupported('Data Deduplication compression');
  decodeXpress(stored, plain);
  return plain;
}

function understood(reparse: ReparsePoint, sizeBytes: number): DedupReference | undefined {
  try {
    return parseDedupReference(reparse.data, sizeBytes);
  } catch (error) {
    if (hasCode(error, 'format/ntfs-unsupported')) return undefined;
    throw error;
  }
}

/** Undefined when something was written to the file since: then it has clusters of its own. */
function sizeIfUntouched(volume: NtfsVolume, data: readonly Attribute[]): number | undefined {
  const first = data.find((piece) => piece.lowestVcn === 0);
  if (first === undefined || first.isResident) return undefined;
  const hasNone = joinRuns(data, volume.geometry).every(({ cluster }) => cluster === null);
  return hasNone ? attributeSizes(first).size : undefined;
}
