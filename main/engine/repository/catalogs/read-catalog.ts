import { zstdDecompressSync } from 'node:zlib';
import { array, literal, looseObject, maxLength, number, object, pipe, unknown } from 'valibot';
import { accept, acceptJson, count, hasCode, hex, HostkeepError, type PointId, type Schema } from '#contract';
import type { Repository } from '../repository.ts';
import { deriveFileKey, unseal, type FileKey } from '../seal.ts';
import {
  belowLimit,
  catalogFile,
  directoryPart,
  firstPart,
  head,
  parseCatalogFile,
  partLimitBytes,
  partsLimit,
  tail,
  trailerBytes,
  type CatalogName,
} from './layout.ts';
import type { CatalogDirectory } from './write-catalog.ts';

/** An open catalogue. Parts are read when they are asked for. */
export interface CatalogReader extends CatalogDirectory {
  readonly name: CatalogName;
  /** A part as it was added. @throws HostkeepError repository/catalog-damaged, storage/* */
  part(part: number): Promise<Buffer>;
  /** Neighbours, in one read. */
  neighbours(first: number, end: number): Promise<readonly Buffer[]>;
}

const nameSchema: Schema<CatalogName> = object({ point: hex(8), id: hex(8) });
const directorySchema: Schema<CatalogDirectory> = object({
  version: literal(1),
  point: hex(8),
  below: pipe(array(nameSchema), maxLength(belowLimit)),
  parts: pipe(array(count), maxLength(partsLimit)),
  about: unknown(),
});

/** @throws HostkeepError repository/catalog-damaged, repository/version-unsupported, storage/not-found */
export async function openCatalog(repository: Repository, name: CatalogName): Promise<CatalogReader> {
  const { storage } = repository;
  const file = catalogFile(name);
  const key = deriveFileKey(repository.masterKey, 'catalog', name.id);
  const { sizeBytes } = await storage.stat(file);
  const damaged = (structure: string): HostkeepError => new HostkeepError('repository/catalog-damaged', { file, structure });
  if (sizeBytes < head.length + trailerBytes) throw damaged('size');
  const trailer = await storage.read(file, sizeBytes - trailerBytes, trailerBytes);
  const directoryBytes = trailer.readUInt32LE(0);
  const directoryAt = sizeBytes - trailerBytes - directoryBytes;
  if (!trailer.subarray(4).equals(tail) || directoryAt < head.length || directoryBytes > partLimitBytes) throw damaged('trailer');
  if (!(await storage.read(file, 0, head.length)).equals(head)) throw damaged('magic');
  const sealed = await storage.read(file, directoryAt, directoryBytes);
  const directory = parseDirectory(opened(file, { key, ordinal: directoryPart, sealed }), name);
  const places = placesOf(directory.parts);
  if (places.end !== directoryAt) throw damaged('directory');
  const neighbours = async (first: number, end: number): Promise<readonly Buffer[]> => {
    const [start, next] = [places.starts[first], places.starts[end] ?? places.end];
    if (start === undefined || end > directory.parts.length || next < start) throw damaged(`part ${first}`);
    const bytes = await storage.read(file, start, next - start);
    return directory.parts.slice(first, end).map((length, at) => {
      const from = places.starts[first + at]! - start;
      return opened(file, { key, ordinal: first + at + firstPart, sealed: bytes.subarray(from, from + length) });
    });
  };
  return { ...directory, name, neighbours, part: async (part) => (await neighbours(part, part + 1))[0]! };
}

function placesOf(parts: readonly number[]): { readonly starts: readonly number[]; readonly end: number } {
  let end = head.length;
  const starts = parts.map((length) => {
    const start = end;
    end += length;
    return start;
  });
  return { starts, end };
}

function opened(file: string, part: { readonly key: FileKey; readonly ordinal: number; readonly sealed: Buffer }): Buffer {
  try {
    const packed = unseal(part.key, { kind: 'catalog', ordinal: part.ordinal }, part.sealed);
    return zstdDecompressSync(packed, { maxOutputLength: partLimitBytes });
  } catch (cause) {
    throw new HostkeepError(
      'repository/catalog-damaged',
      { file, part: part.ordinal, point: parseCatalogFile(file)?.point ?? null },
      cause,
    );
  }
}

/** The directory is authenticated, so this guards against our own versions. */
function parseDirectory(bytes: Buffer, name: CatalogName): CatalogDirectory {
  const otherwise = { code: 'repository/catalog-damaged', details: { file: catalogFile(name), structure: 'directory' } } as const;
  const value = acceptJson(looseObject({ version: number(), point: literal(name.point) }), bytes.toString('utf8'), otherwise);
  if (value.version !== 1)
    throw new HostkeepError('repository/version-unsupported', { file: catalogFile(name), version: value.version });
  return accept(directorySchema, value, otherwise);
}

/** Catalogues by restore point; where there are several, the newest is last. */
export async function listCatalogs({
  storage,
}: Pick<Repository, 'storage'>): Promise<ReadonlyMap<PointId, readonly CatalogName[]>> {
  const found = new Map<PointId, CatalogName[]>();
  const files = await storage.list('catalogs');
  for (const file of files.toSorted((a, b) => a.modifiedAt - b.modifiedAt)) {
    const name = parseCatalogFile(file.name);
    if (name !== undefined) found.set(name.point, [...(found.get(name.point) ?? []), name]);
  }
  return found;
}

/** Whether an error says that a catalogue cannot be used, which costs nothing but the time to make it anew. */
export function isCatalogLost(error: unknown): boolean {
  return hasCode(
    error,
    'repository/catalog-damaged',
    'repository/version-unsupported',
    'storage/not-found',
    'storage/short-read',
  );
}
