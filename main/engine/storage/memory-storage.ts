import { HostkeepError } from '#contract';
import { checkName } from './names.ts';
import type { Storage, StoredFile, StorageWriter } from './storage.ts';

interface Options {
  /** Bytes that fit; writing more fails with storage/full. */
  readonly capacityBytes?: number;
}

/** A storage in memory, for tests. */
export function memoryStorage(options: Options = {}): Storage {
  const files = new Map<string, { readonly bytes: Buffer; readonly modifiedAt: number }>();
  const capacity = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  let pending = 0;
  const used = (): number => [...files.values()].reduce((sum, file) => sum + file.bytes.length, pending);

  const get = (name: string): { readonly bytes: Buffer; readonly modifiedAt: number } => {
    const file = files.get(checkName(name));
    if (file === undefined) throw new HostkeepError('storage/not-found', { file: name });
    return file;
  };
  const put = (name: string, bytes: Uint8Array): void => {
    if (used() + bytes.byteLength > capacity) throw new HostkeepError('storage/full', { file: name });
    files.set(checkName(name), { bytes: Buffer.from(bytes), modifiedAt: Date.now() });
  };
  const putNew = (name: string, bytes: Uint8Array): void => {
    if (files.has(checkName(name))) throw new HostkeepError('storage/exists', { file: name });
    put(name, bytes);
  };
  const writer = (name: string): StorageWriter => {
    const pieces: Buffer[] = [];
    let held = 0;
    let open = true;
    const release = (): void => {
      pending -= held;
      held = 0;
      open = false;
    };
    return {
      async append(bytes) {
        if (!open) throw new HostkeepError('storage/failed', { file: name });
        const piece = bytes instanceof Uint8Array ? Buffer.from(bytes) : Buffer.concat(bytes);
        if (used() + piece.length > capacity) {
          release();
          throw new HostkeepError('storage/full', { file: name });
        }
        pieces.push(piece);
        held += piece.length;
        pending += piece.length;
      },
      async publish() {
        if (!open) throw new HostkeepError('storage/failed', { file: name });
        release();
        putNew(name, Buffer.concat(pieces));
      },
      async discard() {
        if (open) release();
      },
    };
  };
  const names = (folder: string): readonly string[] => {
    const prefix = folder === '' ? '' : `${checkName(folder)}/`;
    return [...files.keys()].filter((name) => name.startsWith(prefix)).toSorted();
  };
  const stat = (name: string): StoredFile => {
    const file = get(name);
    return { name, sizeBytes: file.bytes.length, modifiedAt: file.modifiedAt };
  };
  return {
    descriptor: undefined,
    anchor: () => undefined,
    list: async (folder) => names(folder).map(stat),
    names: async (folder) => names(folder),
    stat: async (name) => stat(name),
    async read(name, offset, length) {
      const { bytes } = get(name);
      if (offset + length > bytes.length) throw new HostkeepError('storage/short-read', { file: name, offset, length });
      return Buffer.from(bytes.subarray(offset, offset + length));
    },
    async readAll(name, limitBytes) {
      const { bytes } = get(name);
      if (bytes.length > limitBytes) throw new HostkeepError('storage/short-read', { file: name, limitBytes });
      return Buffer.from(bytes);
    },
    write: async (name, bytes) => putNew(name, bytes),
    replace: async (name, bytes) => put(name, bytes),
    create: async (name) => writer(checkName(name)),
    remove: async (name) => void files.delete(checkName(name)),
    sweep: async () => undefined,
    freeBytes: async () => (Number.isFinite(capacity) ? capacity - used() : undefined),
    close: async () => undefined,
  };
}
