import { deriveFileKey, type FileKey, type FileKind } from './seal.ts';

/** Keys of packs, derived once each. */
export type FileKeys = (fileId: string) => FileKey;

const keptKeys = 4096;

export function fileKeys(masterKey: Uint8Array, kind: FileKind): FileKeys {
  const kept = new Map<string, FileKey>();
  return (fileId) => {
    const known = kept.get(fileId);
    if (known !== undefined) return known;
    if (kept.size >= keptKeys) kept.clear();
    const derived = deriveFileKey(masterKey, kind, fileId);
    kept.set(fileId, derived);
    return derived;
  };
}
