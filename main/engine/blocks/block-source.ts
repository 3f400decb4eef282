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
  /** Adjacent extents in order that cover the range exactly. `zero` and `unallocated` read as zeros. */
  extents(offset: number, length: number): Promise<readonly Extent[]>;
  close(): Promise<void>;
}
