/** A small file of a storage by which it is known: no other storage has one of this content. */
export interface StorageAnchor {
  readonly file: string;
  /** Its bytes, as latin-1. */
  readonly content: string;
}

/** How to open a storage, as plain data, so that a worker thread can open it for itself. */
export type StorageDescriptor = { readonly kind: 'folder'; readonly path: string; readonly anchor?: StorageAnchor };

export interface StoredFile {
  /** Name relative to the storage, with `/`, such as `packs/3f/3fa0....pack`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, by the storage's clock. */
  readonly modifiedAt: number;
}

/** A file being written. It exists for readers only after `publish`. A writer that failed is dead. */
export interface StorageWriter {
  /** Appends bytes, or pieces in their order; the storage takes them before it returns, so that buffers can be reused. */
  append(bytes: Uint8Array | readonly Uint8Array[]): Promise<void>;
  /** Flushes the data, gives the file its name, and flushes the folder: after it returns the file survives a power loss. */
  publish(): Promise<void>;
  /** Drops what was written. Never throws; safe after a failure. */
  discard(): Promise<void>;
}

/**
 * Where repository files lie. Files are written once, under a name never used before, and then only read or removed.
 *
 * - Names are lower-case `[a-z0-9.-]` segments joined by `/`; two levels at most below a folder.
 * - `create().publish()` and `write()` are atomic: a reader sees the whole file or none, also after a crash.
 * - What is published is durable. Left-over temporary files are invisible in listings and removed by `sweep`.
 * - Once it is anchored, nothing is written, listed or told to be missing in a place that is not the one of the anchor any more (an empty mount
 *   point, for example): storage/replaced.
 * - All failures are HostkeepErrors `storage/*`.
 */
export interface Storage {
  /** Undefined when it cannot be opened by another thread (memory, decorated by a test). */
  readonly descriptor: StorageDescriptor | undefined;
  /** From now on the storage must be the one that has this file. */
  anchor(anchor: StorageAnchor): void;
  /** Every file under a folder (recursively), in name order; empty when the folder does not exist. */
  list(folder: string): Promise<readonly StoredFile[]>;
  /** The names alone, which ask nothing of each file: a share answers in one round trip for a folder instead of one for each file. */
  names(folder: string): Promise<readonly string[]>;
  /** @throws storage/not-found */
  stat(name: string): Promise<StoredFile>;
  /** Exactly `length` bytes from `offset`. @throws storage/not-found, storage/short-read */
  read(name: string, offset: number, length: number): Promise<Buffer>;
  /** The whole file. @throws storage/not-found, storage/short-read when it is larger than `limitBytes` */
  readAll(name: string, limitBytes: number): Promise<Buffer>;
  /** Writes a small file in one act. @throws storage/exists */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Like `write`, replacing what is there (locks' refresh). */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  /** @throws storage/exists at publish time when the name is taken */
  create(name: string): Promise<StorageWriter>;
  /** Removing what is not there is no failure. */
  remove(name: string): Promise<void>;
  /** Removes temporary files not touched for `olderThanMs`. */
  sweep(olderThanMs: number): Promise<void>;
  /** Free bytes, or undefined where the storage cannot tell. */
  freeBytes(): Promise<number | undefined>;
  /** Nothing stays open: a file that is neither published nor discarded is discarded. */
  close(): Promise<void>;
}
