import { HostkeepError } from '#contract';
import type { FileRange, FileStorage } from '../file-system.ts';
import { compressedStream } from './compressed-stream.ts';
import { corrupt } from './damage.ts';
import { attributeFlags } from './layout.ts';
import { attributeSizes, residentContent, type Attribute, type AttributeSizes } from './record.ts';
import { endOf, joinRuns, readRuns, type Run, type RunReader } from './runs.ts';

/** The bytes of one attribute, whatever way they are kept. */
export interface ByteStream {
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  readonly storage: FileStorage;
  /** The range lies within the stream: `readStream` checks it. */
  read(offset: number, target: Uint8Array): Promise<void>;
  readonly runs: readonly Run[];
}

/** Joins an attribute's pieces. @throws HostkeepError format/ntfs-corrupt, format/file-encrypted */
export function openStream(from: RunReader, pieces: readonly Attribute[]): ByteStream {
  const first = pieces.find((piece) => piece.lowestVcn === 0);
  if (first === undefined) throw corrupt('attribute', { piece: 'first missing' });
  if ((first.flags & attributeFlags.encrypted) !== 0) throw new HostkeepError('format/file-encrypted');
  if (first.isResident) return residentStream(residentContent(first));
  const sizes = attributeSizes(first);
  const runs = joinRuns(pieces, from.geometry);
  const covered = endOf(runs) * from.geometry.clusterSize;
  if (sizes.size > covered) throw corrupt('run list', { covered, size: sizes.size });
  const isCompressed = (first.flags & attributeFlags.compressionMask) !== 0 && sizes.compressionUnit > 0;
  if (isCompressed) return compressedStream(from, runs, sizes);
  return plainStream(from, runs, { ...sizes, storage: (first.flags & attributeFlags.sparse) === 0 ? 'plain' : 'sparse' });
}

/** A stretch of a stream. @throws HostkeepError format/out-of-bounds when it is not within it */
export async function readStream(stream: ByteStream, offset: number, target: Uint8Array): Promise<void> {
  if (offset < 0 || offset + target.byteLength > stream.sizeBytes)
    throw new HostkeepError('format/out-of-bounds', { offset, length: target.byteLength, fileBytes: stream.sizeBytes });
  if (target.byteLength > 0) await stream.read(offset, target);
}

/** All of a stream that the caller knows to be small. @throws HostkeepError format/ntfs-corrupt when it is not */
export async function readWhole(stream: ByteStream, structure: string, maximumBytes: number): Promise<Buffer> {
  if (stream.sizeBytes > maximumBytes) throw corrupt(structure, { bytes: stream.sizeBytes });
  const bytes = Buffer.alloc(stream.sizeBytes);
  await readStream(stream, 0, bytes);
  return bytes;
}

/** Where the bytes of a stream lie, cut to its size. */
export function rangesOf(stream: ByteStream, clusterSize: number): readonly FileRange[] {
  if (stream.runs.length === 0)
    return stream.sizeBytes === 0 ? [] : [{ offset: 0, length: stream.sizeBytes, volumeOffset: null }];
  return stream.runs.flatMap((run) => {
    const offset = run.first * clusterSize;
    const length = Math.min(run.clusters * clusterSize, stream.sizeBytes - offset);
    return length > 0 ? [{ offset, length, volumeOffset: run.cluster === null ? null : run.cluster * clusterSize }] : [];
  });
}

function residentStream(content: Buffer): ByteStream {
  return {
    sizeBytes: content.length,
    allocatedBytes: content.length,
    storage: 'resident',
    runs: [],
    read: async (offset, target) => target.set(content.subarray(offset, offset + target.byteLength)),
  };
}

function plainStream(from: RunReader, runs: readonly Run[], of: AttributeSizes & { readonly storage: FileStorage }): ByteStream {
  return {
    sizeBytes: of.size,
    allocatedBytes: of.allocated,
    storage: of.storage,
    runs,
    async read(offset, target) {
      // What was never written reads as zeros, whatever its clusters hold.
      const written = Math.max(0, Math.min(target.byteLength, of.initialized - offset));
      await readRuns(from, runs, offset, target.subarray(0, written));
      target.fill(0, written);
    },
  };
}
