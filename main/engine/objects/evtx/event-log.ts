import { crc32 } from 'node:zlib';
import { cursorOver } from '#engine/bytes';
import type { ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import { chunkHead, eventsOfChunk } from './chunk.ts';
import type { LogEvent } from './event.ts';
import { chunkBytes, corrupt, fileFlags, fileHeader as field, fileHeaderBytes } from './layout.ts';

export interface EventLogState {
  /** The guest had it open; its header may lag behind its chunks. */
  readonly dirty: boolean;
  /** It had reached its size, and what comes is not kept. */
  readonly full: boolean;
  readonly version: string;
  /** The header's checksum fits; it says little that its chunks do not say too. */
  readonly headerSound: boolean;
  /** Places for chunks in the file. */
  readonly chunks: number;
  /** The number that the next event would have had; a dirty log's header may say less than its chunks hold. */
  readonly nextRecord: string;
}

export interface ReadEvents {
  readonly newestFirst: boolean;
  readonly onDamage: (error: unknown) => void;
  readonly signal?: AbortSignal;
}

export interface EventLog {
  readonly state: EventLogState;
  /** In the order of their numbers. */
  events(options: ReadEvents): AsyncIterable<LogEvent>;
}

/** What Windows lets a log grow to, and more than anybody waits for. */
const mostChunks = 65_536;

export async function isEventLog(source: ObjectBytes): Promise<boolean> {
  if (source.sizeBytes < fileHeaderBytes) return false;
  return (await readInBounds(source, 0, 8, 'format/evtx-corrupt')).toString('latin1') === field.signature;
}

/** @throws HostkeepError format/evtx-corrupt when the header cannot be believed */
export async function openEventLog(source: ObjectBytes): Promise<EventLog> {
  const state = readHeader(await readInBounds(source, 0, fileHeaderBytes, 'format/evtx-corrupt'), source.sizeBytes);
  return {
    state,
    async *events({ newestFirst, onDamage, signal }) {
      if (!state.headerSound) onDamage(corrupt('file header', { checksum: false }));
      const places = await chunksInOrder(source, state.chunks, onDamage, signal);
      for (const offset of newestFirst ? places.toReversed() : places) {
        signal?.throwIfAborted();
        const bytes = await readOrTell(() => readInBounds(source, offset, chunkBytes, 'format/evtx-corrupt'), onDamage);
        if (bytes === undefined) continue;
        const events = eventsOfChunk(bytes, onDamage);
        if (newestFirst) yield* [...events].toReversed();
        else yield* events;
      }
    },
  };
}

function readHeader(bytes: Buffer, fileBytes: number): EventLogState {
  const header = cursorOver(bytes, 'format/evtx-corrupt', 'file header');
  if (header.ascii(0, 8) !== field.signature) throw corrupt('file header', { signature: false });

  const [major, minor] = [header.u16(field.major), header.u16(field.minor)];
  if (major !== 3 || header.u16(field.blockBytes) !== fileHeaderBytes)
    throw corrupt('file header', { version: `${major}.${minor}` });
  const flags = header.u32(field.flags);
  return {
    dirty: (flags & fileFlags.dirty) !== 0,
    full: (flags & fileFlags.full) !== 0,
    version: `${major}.${minor}`,
    headerSound: (flags & fileFlags.noChecksum) !== 0 || crc32(bytes.subarray(0, field.summed)) === header.u32(field.checksum),
    // By the file's size: the header counts in 16 bits, and lags behind in a log that is open.
    chunks: Math.min(mostChunks, Math.floor((fileBytes - fileHeaderBytes) / chunkBytes)),
    nextRecord: String(header.big64(field.nextRecord)),
  };
}

/** Places of the chunks that are used, by their first record: a log that is full begins again at its start. */
async function chunksInOrder(
  source: ObjectBytes,
  chunks: number,
  onDamage: (error: unknown) => void,
  signal?: AbortSignal,
): Promise<readonly number[]> {
  const found: { readonly offset: number; readonly firstRecord: bigint }[] = [];
  for (let index = 0; index < chunks; index += 1) {
    signal?.throwIfAborted();
    const offset = fileHeaderBytes + index * chunkBytes;
    const head = await readOrTell(() => readInBounds(source, offset, 64, 'format/evtx-corrupt'), onDamage);
    if (head === undefined) continue;
    const chunk = chunkHead(head);
    if (chunk !== undefined) found.push({ offset, firstRecord: chunk.firstRecord });
    else if (head.some((byte) => byte !== 0)) onDamage(corrupt('chunk', { chunk: index, signature: false }));
  }
  return found.toSorted((a, b) => (a.firstRecord < b.firstRecord ? -1 : 1)).map(({ offset }) => offset);
}

async function readOrTell(read: () => Promise<Buffer>, onDamage: (error: unknown) => void): Promise<Buffer | undefined> {
  try {
    return await read();
  } catch (error) {
    onDamage(error);
    return undefined;
  }
}
