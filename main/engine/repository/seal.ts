import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { HostkeepError } from '#contract';

const tagBytes = 16;

/** Bytes of a part once it is sealed. */
export function sealedBytes(plainBytes: number): number {
  return plainBytes + tagBytes;
}

/** What a sealed part is; the number goes into nonce and associated data (docs/repository-format.md, "Sealing"). */
const partKinds = {
  data: 1,
  map: 2,
  directory: 3,
  page: 4,
  summary: 5,
  manifest: 6,
  fingerprints: 7,
  catalog: 8,
  evidence: 9,
} as const;
export type PartKind = keyof typeof partKinds;

/** Names one sealed part within its file. No two parts of a file have the same kind and ordinal. */
export interface PartName {
  readonly kind: PartKind;
  readonly ordinal: number;
}

/** The key of one file. File ids are random and never used again, so a counter nonce cannot repeat under one key. */
export interface FileKey {
  readonly key: KeyObject;
  readonly fileId: string;
}

export type FileKind = 'pack' | 'index' | 'point' | 'catalog' | 'evidence';

export function deriveFileKey(masterKey: Uint8Array, kind: FileKind, fileId: string): FileKey {
  return { key: createSecretKey(deriveKey(masterKey, `${kind}/${fileId}`)), fileId };
}

/** A key for one purpose: HKDF-SHA-256 (RFC 5869) of the master key. */
export function deriveKey(masterKey: Uint8Array, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, 'hostkeep repository 1', purpose, bytes));
}

/** Ciphertext followed by the 16-byte tag. */
export function seal(file: FileKey, part: PartName, plain: Uint8Array): Buffer {
  return Buffer.concat(sealPieces(file, part, plain));
}

/** Ciphertext and tag apart: for large parts, which are joined when they are written. */
export function sealPieces(file: FileKey, part: PartName, plain: Uint8Array): readonly [Buffer, Buffer] {
  const cipher = createCipheriv('aes-256-gcm', file.key, nonceOf(part));
  cipher.setAAD(associatedData(file, part));
  const body = cipher.update(plain);
  // GCM is a stream: nothing is left for the end.
  cipher.final();
  return [body, cipher.getAuthTag()];
}

/** @throws HostkeepError repository/seal-broken */
export function unseal(file: FileKey, part: PartName, sealed: Uint8Array): Buffer {
  const broken = (cause?: unknown): HostkeepError =>
    new HostkeepError('repository/seal-broken', { file: file.fileId, kind: part.kind, ordinal: part.ordinal }, cause);
  if (sealed.byteLength < tagBytes) throw broken();
  const decipher = createDecipheriv('aes-256-gcm', file.key, nonceOf(part));
  decipher.setAAD(associatedData(file, part));
  decipher.setAuthTag(sealed.subarray(sealed.byteLength - tagBytes));
  const plain = decipher.update(sealed.subarray(0, sealed.byteLength - tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    throw broken(cause);
  }
  return plain;
}

/** Of sealed bytes: two parts with one name and one tag are the same, sealed and opened. A character a byte. */
export function sealTag(sealed: Buffer): string {
  return sealed.toString('latin1', sealed.length - tagBytes);
}

function nonceOf(part: PartName): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(partKinds[part.kind], 0);
  nonce.writeBigUInt64LE(BigInt(part.ordinal), 4);
  return nonce;
}

function associatedData(file: FileKey, part: PartName): Buffer {
  return Buffer.from(`${file.fileId}/${part.kind}/${part.ordinal}`, 'latin1');
}
