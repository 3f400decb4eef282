import { constants, zstdCompressSync } from 'node:zlib';
import type { PointId } from '#contract';
import type { StorageWriter } from '#engine/storage';
import type { Repository } from '../repository.ts';
import { deriveFileKey, seal } from '../seal.ts';
import { catalogFile, directoryPart, firstPart, head, tail, trailerBytes, type CatalogName } from './layout.ts';

/** What a catalogue says of itself, beside its parts. */
export interface CatalogDirectory {
  readonly version: 1;
  readonly point: PointId;
  /** Catalogues that this one only adds to, the lowest first. */
  readonly below: readonly CatalogName[];
  /** Sealed lengths. */
  readonly parts: readonly number[];
  /** What the parts mean; the repository does not know. */
  readonly about: unknown;
}

export interface PackedPart {
  readonly packed: Buffer;
}

/** A catalogue being written. It exists only once it is finished. */
export interface CatalogWriter {
  /** Packs what is added later: so that parts which are read together lie together. */
  pack(plain: Uint8Array): PackedPart;
  /** Seals a part and returns its number. */
  add(part: Uint8Array | PackedPart): Promise<number>;
  /** Makes the catalogue exist; durable when it returns. */
  finish(of: Pick<CatalogDirectory, 'below' | 'about'>): Promise<CatalogName>;
  /** Drops what was written. Never throws. */
  discard(): Promise<void>;
}

const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

/** The parts go to the storage as they come, so that memory does not grow with the catalogue. @throws HostkeepError storage/* */
export async function catalogWriter(repository: Repository, point: PointId): Promise<CatalogWriter> {
  const name: CatalogName = { point, id: repository.random.bytes(8).toString('hex') };
  const key = deriveFileKey(repository.masterKey, 'catalog', name.id);
  const writer = await repository.storage.create(catalogFile(name));
  await writer.append(head);
  const parts: number[] = [];
  const put = async (ordinal: number, { packed }: PackedPart): Promise<number> => {
    const sealed = seal(key, { kind: 'catalog', ordinal }, packed);
    await writer.append(sealed);
    return sealed.length;
  };
  return {
    pack,
    async add(part) {
      const number = parts.length;
      parts.push(await put(number + firstPart, 'packed' in part ? part : pack(part)));
      return number;
    },
    async finish({ below, about }) {
      const directory: CatalogDirectory = { version: 1, point, below, parts, about };
      await finish(writer, await put(directoryPart, pack(Buffer.from(JSON.stringify(directory)))));
      return name;
    },
    discard: () => writer.discard(),
  };
}

function pack(plain: Uint8Array): PackedPart {
  return { packed: zstdCompressSync(plain, level) };
}

async function finish(writer: StorageWriter, directoryBytes: number): Promise<void> {
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(directoryBytes, 0);
  tail.copy(trailer, 4);
  await writer.append(trailer);
  await writer.publish();
}
