import { HostkeepError, hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { deriveFileKey, unseal } from '../seal.ts';
import {
  directoryLimitBytes,
  packEndMagic,
  packHeaderBytes,
  packMagic,
  packName,
  packTrailerBytes,
  parseDirectory,
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
  const name = packName(packId);
  const { sizeBytes } = await storage.stat(name);
  if (sizeBytes < packHeaderBytes + packTrailerBytes) throw damaged(packId, 'trailer');
  const guess = Math.min(sizeBytes, 128 * 1024);
  const tail = await storage.read(name, sizeBytes - guess, guess);
  if (!tail.subarray(-packEndMagic.length).equals(packEndMagic)) throw damaged(packId, 'trailer');
  const sealedLength = tail.readUInt32LE(tail.length - packTrailerBytes);
  const start = sizeBytes - packTrailerBytes - sealedLength;
  if (start < packHeaderBytes || sealedLength > directoryLimitBytes) throw damaged(packId, 'trailer');
  const inTail = start - (sizeBytes - guess);
  const sealed = inTail >= 0 ? tail.subarray(inTail, inTail + sealedLength) : await storage.read(name, start, sealedLength);
  const bytes = openDirectory(masterKey, packId, sealed);
  const groups = parseDirectory(bytes);
  const last = groups.at(-1);
  if (last !== undefined && last.offset + last.sealedLength !== start) throw damaged(packId, 'directory');
  return { packId, groups, bytes, fileBytes: sizeBytes };
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
