import { HostkeepError, hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { deriveFileKey, unseal } from '../seal.ts';
import {
  packHeaderBytes,
  packMagic,
  packName,
  packTrailerBytes,
  parseDirectory,
  parseTrailer,
  sealedFingerprintsBytes,
  type PackGroup,
} from './layout.ts';

export interface PackDirectory {
  readonly packId: string;
  readonly groups: readonly PackGroup[];
  /** The plain directory, as `FinishedPack` has it. */
  readonly bytes: Buffer;
  readonly fileBytes: number;
}

/** The directory at the end of a pack. @throws HostkeepError repository/pack-damaged, storage/* */
export async function readPackDirectory(storage: Storage, masterKey: Uint8Array, packId: string): Promise<PackDirectory> {
  const { bytes, groupsEnd, fileBytes } = await readDirectory(storage, masterKey, packId);
  const groups = parseDirectory(bytes);
  const last = groups.at(-1);
  if ((last === undefined ? packHeaderBytes : last.offset + last.sealedLength) !== groupsEnd) throw damaged(packId, 'directory');
  return { packId, groups, bytes, fileBytes };
}

/** The directory as it lies. @throws HostkeepError repository/pack-damaged, storage/* */
export async function readDirectory(
  storage: Storage,
  masterKey: Uint8Array,
  packId: string,
): Promise<{ readonly bytes: Buffer; readonly groupsEnd: number; readonly fileBytes: number }> {
  const name = packName(packId);
  const { sizeBytes } = await storage.stat(name);
  if (sizeBytes < packHeaderBytes + packTrailerBytes) throw damaged(packId, 'trailer');
  const guess = Math.min(sizeBytes, 128 * 1024);
  const tail = await storage.read(name, sizeBytes - guess, guess);
  const { start, end, groupsEnd } = partsOf(packId, sizeBytes, tail.subarray(-packTrailerBytes));
  const inTail = start - (sizeBytes - guess);
  const sealed = inTail >= 0 ? tail.subarray(inTail, inTail + end - start) : await storage.read(name, start, end - start);
  return { bytes: openDirectory(masterKey, packId, sealed), groupsEnd, fileBytes: sizeBytes };
}

/** Where a pack's directory lies, and where its groups end and the fingerprints begin. */
interface PackParts {
  readonly start: number;
  readonly end: number;
  readonly groupsEnd: number;
  readonly groups: number;
}

function partsOf(packId: string, sizeBytes: number, trailerBytes: Buffer): PackParts {
  const trailer = parseTrailer(trailerBytes);
  if (trailer === undefined) throw damaged(packId, 'trailer');
  const end = sizeBytes - packTrailerBytes;
  const start = end - trailer.directoryBytes;
  const groupsEnd = start - sealedFingerprintsBytes(trailer.groups);
  if (groupsEnd < packHeaderBytes) throw damaged(packId, 'trailer');
  return { start, end, groupsEnd, groups: trailer.groups };
}

/** Where the fingerprints of a pack lie. @throws HostkeepError repository/pack-damaged, storage/* */
export async function findFingerprints(
  storage: Storage,
  packId: string,
): Promise<{ readonly offset: number; readonly groups: number }> {
  const name = packName(packId);
  const { sizeBytes } = await storage.stat(name);
  if (sizeBytes < packHeaderBytes + packTrailerBytes) throw damaged(packId, 'trailer');
  const trailer = await storage.read(name, sizeBytes - packTrailerBytes, packTrailerBytes);
  const { groupsEnd, groups } = partsOf(packId, sizeBytes, trailer);
  return { offset: groupsEnd, groups };
}

/** The magic and id at the start of a pack: not needed for reading, but part of every byte being checked. */
export async function checkPackHeader(storage: Storage, packId: string): Promise<void> {
  const head = await storage.read(packName(packId), 0, packHeaderBytes);
  if (!head.equals(Buffer.concat([packMagic, Buffer.from(packId, 'hex')]))) throw damaged(packId, 'header');
}

function openDirectory(masterKey: Uint8Array, packId: string, sealed: Buffer): Buffer {
  try {
    return unseal(deriveFileKey(masterKey, 'pack', packId), { kind: 'directory', ordinal: 0 }, sealed);
  } catch (cause) {
    if (hasCode(cause, 'repository/seal-broken')) throw damaged(packId, 'directory', cause);
    throw cause;
  }
}

function damaged(packId: string, structure: string, cause?: unknown): HostkeepError {
  return new HostkeepError('repository/pack-damaged', { pack: packId, structure }, cause);
}
