import { once } from 'node:events';
import { crc32, createDeflateRaw } from 'node:zlib';
import { centralHeader, dataDescriptor, endRecords, localHeader, type StoredEntry, type ZipEntry } from './zip-layout.ts';

/** Where the zip's bytes go, one after the other. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/** Writes a zip as a stream: nothing that was written is ever gone back to. */
export interface ZipWriter {
  /**
   * When the content breaks off, the entry is not in the zip's directory, and its checksum does not fit for those who read without
   * one; the failure is thrown on.
   */
  add(entry: ZipEntry, content: AsyncIterable<Uint8Array>): Promise<void>;
  finish(): Promise<void>;
}

export function zipWriter(write: WriteBytes): ZipWriter {
  const directory = directoryPieces();
  let offset = 0;
  const put = async (bytes: Uint8Array): Promise<void> => {
    await write(bytes);
    offset += bytes.byteLength;
  };
  return {
    async add(entry, content) {
      const start = offset;
      await put(localHeader(entry));
      const deflated = deflating(put);
      let failure: { readonly error: unknown } | undefined;
      try {
        for await (const piece of content) await deflated.add(piece);
      } catch (error) {
        failure = { error };
      }
      const sums = await deflated.end();
      await put(dataDescriptor(failure === undefined ? sums : { ...sums, crc: ~sums.crc >>> 0 }));
      if (failure !== undefined) throw failure.error;
      directory.add({ ...entry, ...sums, offset: start });
    },
    async finish() {
      const start = offset;
      for (const piece of directory.pieces()) await put(piece);
      await put(endRecords({ entries: directory.count(), offset: start, bytes: offset - start }));
    },
  };
}

interface DirectoryPieces {
  add(entry: StoredEntry): void;
  count(): number;
  pieces(): readonly Uint8Array[];
}

/** The directory as it will be written, in few pieces: entries as they are would take several times the memory. */
function directoryPieces(): DirectoryPieces {
  const whole: Buffer[] = [];
  let last: Buffer[] = [];
  let count = 0;
  return {
    add(entry) {
      last.push(centralHeader(entry));
      count += 1;
      if (last.length < entriesAPiece) return;
      whole.push(Buffer.concat(last));
      last = [];
    },
    count: () => count,
    pieces: () => [...whole, ...last],
  };
}

const entriesAPiece = 4096;

interface Deflating {
  add(piece: Uint8Array): Promise<void>;
  end(): Promise<{ readonly crc: number; readonly compressedBytes: number; readonly sizeBytes: number }>;
}

/** Level 1: a restore waits for it, and what is worth compressing compresses well at once. */
function deflating(put: WriteBytes): Deflating {
  const deflate = createDeflateRaw({ level: 1 });
  const ended = once(deflate, 'end');
  // It is awaited at the end; until then its failure is not unhandled.
  ended.catch(() => undefined);
  const sums = { crc: 0, compressedBytes: 0, sizeBytes: 0 };
  const waiting: Buffer[] = [];
  deflate.on('data', (bytes: Buffer) => waiting.push(bytes));
  const flush = async (): Promise<void> => {
    for (const bytes of waiting.splice(0)) {
      sums.compressedBytes += bytes.byteLength;
      await put(bytes);
    }
  };
  return {
    async add(piece) {
      sums.crc = crc32(piece, sums.crc);
      sums.sizeBytes += piece.byteLength;
      if (!deflate.write(piece)) await once(deflate, 'drain');
      await flush();
    },
    async end() {
      deflate.end();
      await ended;
      await flush();
      return sums;
    },
  };
}
