/** What is known about a stretch of a disk without reading it. */
export type ExtentKind = 'data' | 'zero' | 'unallocated';

export interface Extent {
  readonly offset: number;
  readonly length: number;
  readonly kind: ExtentKind;
}

/**
 * A random-access disk: an image, a chain of images, a partition, a restore point. Everything that reads disks
 * composes over this. Offsets and lengths are in bytes and need no alignment, unless a source states otherwise.
 */
export interface BlockSource {
  readonly sizeBytes: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  /**
   * Fills `target` with the bytes from `offset` on; all of it, or it throws.
   * @throws HostkeepError format/out-of-bounds when the range leaves the disk
   */
  read(offset: number, target: Uint8Array): Promise<void>;
  /**
   * Fills `target` at once where nothing has to be waited for; false, and anything in `target`, where something has to. Sources that keep
   * nothing in memory do not have it.
   */
  readNow?(offset: number, target: Uint8Array): boolean;
  /** A hint that the range will be read: who can fetch it meanwhile does. */
  willRead?(offset: number, length: number): void;
  /** Adjacent extents in order that cover the range exactly. `zero` and `unallocated` read as zeros. */
  extents(offset: number, length: number): Promise<readonly Extent[]>;
  close(): Promise<void>;
}

/** A disk that can also be written. What a write has put there is read at once, and survives everything once it is flushed. */
export interface WritableDisk extends BlockSource {
  /** @throws HostkeepError format/out-of-bounds, overlay/full, overlay/failed */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** The range reads as zeros afterwards; what of it is whole blocks takes no space any more. */
  discard(offset: number, length: number): Promise<void>;
  /** After it returns, all writes and discards that had returned before it was called survive a power loss. */
  flush(): Promise<void>;
}
