import { corrupt } from '../damage.ts';
import { findInFolder, folderEntries } from '../folder.ts';
import { attributeTypes, ownRecords } from '../layout.ts';
import { openStream, readStream, type ByteStream } from '../stream.ts';
import type { NtfsVolume } from '../volume.ts';
import { chunkHeader, redirection } from './layout.ts';

export type ContainerKind = 'Data' | 'Stream';

/** A chunk in the store: its number and place. Its bytes are taken only where `isWanted` knows the header before them. */
export interface WantedChunk {
  readonly kind: ContainerKind;
  readonly container: number;
  /** Which writing of the container it was in; undefined where that is not told. */
  readonly generation: number | undefined;
  readonly number: number;
  readonly offset: number;
  readonly headerBytes: number;
  isWanted(header: Buffer): boolean;
}

export interface FoundChunk {
  readonly header: Buffer;
  /** Bytes of the chunk, which lie within its container. */
  read(offset: number, target: Uint8Array): Promise<void>;
}

export interface ChunkStore {
  /** @throws HostkeepError format/ntfs-corrupt when there is no such chunk */
  find(chunk: WantedChunk): Promise<FoundChunk>;
}

interface Container {
  readonly generation: number;
  readonly record: number;
}

const storesPath = ['System Volume Information', 'Dedup', 'ChunkStore'];
const containerName = /^([0-9a-f]{8})\.([0-9a-f]{8})\.ccc$/i;
const keptContainers = 8;
const mostRedirections = 65_536;

/** The store of that GUID; undefined where the volume has none. @throws HostkeepError format/ntfs-corrupt */
export async function openChunkStore(volume: NtfsVolume, store: string): Promise<ChunkStore | undefined> {
  const folder = await folderAt(volume, [...storesPath, `${store}.ddp`]);
  if (folder === undefined) return undefined;
  const containers = { Data: await containersIn(volume, folder, 'Data'), Stream: await containersIn(volume, folder, 'Stream') };
  const kept = new Map<number, Promise<ByteStream>>();
  const opened = (record: number): Promise<ByteStream> => {
    const known = kept.get(record);
    if (known !== undefined) return known;
    if (kept.size >= keptContainers) kept.delete(kept.keys().next().value!);
    const opening = openContainer(volume, record);
    kept.set(record, opening);
    opening.catch(() => kept.delete(record));
    return opening;
  };
  return {
    async find(chunk) {
      const generations = containers[chunk.kind].get(chunk.container) ?? [];
      const named = generations.filter(({ generation }) => generation === chunk.generation);
      for (const { record } of [...named, ...generations.filter((other) => !named.includes(other))]) {
        const found = await findInContainer(await opened(record), chunk);
        if (found !== undefined) return found;
      }
      throw corrupt('chunk store', { container: chunk.container.toString(16), chunk: chunk.number });
    },
  };
}

async function folderAt(volume: NtfsVolume, names: readonly string[]): Promise<number | undefined> {
  let record: number = ownRecords.root;
  for (const name of names) {
    const file = await volume.file(record);
    if (!file.record.isFolder) return undefined;
    const [entry] = await findInFolder({ from: volume, upCase: await volume.upCase() }, file, name);
    if (entry === undefined) return undefined;
    record = entry.record;
  }
  return record;
}

/** By number, the newest writing first. */
async function containersIn(
  volume: NtfsVolume,
  store: number,
  kind: ContainerKind,
): Promise<ReadonlyMap<number, readonly Container[]>> {
  const upCase = await volume.upCase();
  const [entry] = await findInFolder({ from: volume, upCase }, await volume.file(store), kind);
  if (entry === undefined) return new Map();
  const found: { number: number; generation: number; record: number }[] = [];
  // A container that cannot be listed is missed when a chunk of it is wanted.
  for (const { name, record } of await folderEntries(volume, await volume.file(entry.record), () => undefined)) {
    const [, number, generation] = containerName.exec(name.text) ?? [];
    if (number !== undefined && generation !== undefined)
      found.push({ number: Number.parseInt(number, 16), generation: Number.parseInt(generation, 16), record });
  }
  return Map.groupBy(
    found.toSorted((a, b) => b.generation - a.generation),
    ({ number }) => number,
  );
}

/** Its bytes as they lie: a container that says of itself that it is deduplicated leads nowhere. */
async function openContainer(volume: NtfsVolume, record: number): Promise<ByteStream> {
  return openStream(volume, await (await volume.file(record)).pieces(attributeTypes.data, ''));
}

async function findInContainer(container: ByteStream, chunk: WantedChunk): Promise<FoundChunk | undefined> {
  const atPlace = await chunkAt(container, chunk, chunk.offset);
  if (atPlace !== undefined) return atPlace;
  for (const place of redirection.places) {
    const offset = await redirected(container, place, chunk.number);
    const found = offset === undefined ? undefined : await chunkAt(container, chunk, offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function chunkAt(container: ByteStream, chunk: WantedChunk, offset: number): Promise<FoundChunk | undefined> {
  const header = await bytesAt(container, offset, chunk.headerBytes);
  if (header === undefined || header.readUInt32LE(0) !== chunkHeader.magic) return undefined;
  if (header.readUInt32LE(chunkHeader.number) !== chunk.number || !chunk.isWanted(header)) return undefined;
  const from = offset + chunk.headerBytes;
  return { header, read: (at, target) => readInside(container, from + at, target) };
}

async function redirected(container: ByteStream, place: number, number: number): Promise<number | undefined> {
  const head = await bytesAt(container, place, redirection.entries);
  if (head === undefined || head.readUInt32LE(0) !== redirection.magic) return undefined;
  const count = Math.min(head.readUInt32LE(redirection.count), mostRedirections);
  const entries = await bytesAt(container, place + redirection.entries, count * redirection.entryBytes);
  for (let at = 0; at < (entries?.length ?? 0); at += redirection.entryBytes)
    if (entries!.readUInt32LE(at) === number) return entries!.readUInt32LE(at + 4);
  return undefined;
}

/** Undefined where the container ends before them. */
async function bytesAt(container: ByteStream, offset: number, length: number): Promise<Buffer | undefined> {
  if (offset + length > container.sizeBytes) return undefined;
  const bytes = Buffer.alloc(length);
  await readStream(container, offset, bytes);
  return bytes;
}

async function readInside(container: ByteStream, offset: number, target: Uint8Array): Promise<void> {
  if (offset + target.byteLength > container.sizeBytes) throw corrupt('chunk store', { offset, bytes: container.sizeBytes });
  await readStream(container, offset, target);
}
