import type { ByteRange, ErrorCode, HostkeepError, VolumeNote } from '#contract';

export type FileSystemKind = 'ntfs' | 'fat12' | 'fat16' | 'fat32' | 'exfat' | 'ext2' | 'ext3' | 'ext4' | 'xfs' | 'btrfs';

/** `symlink` is whatever stands for a path: symbolic links, junctions, mount points; `details` tells which. */
export type FileKind = 'file' | 'folder' | 'symlink' | 'other';

/** A file or folder of a guest's file system. */
export interface FileNode {
  /** The file system's own number: MFT record or inode. */
  readonly id: number;
  readonly name: string;
  readonly type: FileKind;
  readonly sizeBytes: number;
  /** Milliseconds since 1970; null when the file system does not say. */
  readonly modified: number | null;
  /** Why the content cannot be given: encrypted, damaged ... Such a file is listed, and never read as something else. */
  readonly unreadable: ErrorCode | null;
}

/** Where a stretch of a file lies on its volume; null where it has no place of its own (sparse, or inside a record). */
export interface FileRange extends ByteRange {
  readonly volumeOffset: number | null;
}

/** Nanoseconds since 1970 in UTC, as fine as the file system keeps them; null where it keeps none. */
export interface FileTimes {
  readonly created: bigint | null;
  readonly modified: bigint | null;
  readonly accessed: bigint | null;
  /** When the file's own record changed. */
  readonly changed: bigint | null;
}

export type ReparseKind = 'symlink' | 'junction' | 'mount-point' | 'wof' | 'dedup' | 'other';

/** What an NTFS reparse point says (MS-FSCC 2.1.2). */
export interface Reparse {
  readonly tag: number;
  readonly kind: ReparseKind;
  /** Of links only, as the guest shows it. */
  readonly target: string | null;
}

export type FileStorage = 'plain' | 'resident' | 'inline' | 'compressed' | 'sparse' | 'wof' | 'encrypted' | 'dedup';

/** What a restore and an admin want to know of one file, beyond what a listing shows. */
export interface FileDetails {
  readonly times: FileTimes;
  /** FILE_ATTRIBUTE_* (MS-FSCC 2.6). */
  readonly windowsAttributes: number | null;
  readonly unix: { readonly mode: number; readonly uid: number; readonly gid: number } | null;
  /** Names that this file has. */
  readonly links: number;
  readonly allocatedBytes: number;
  /** Alternate data streams; the unnamed one is the file itself. */
  readonly streams: readonly { readonly name: string; readonly sizeBytes: number }[];
  /** A self-relative security descriptor (MS-DTYP 2.4.6). */
  readonly security: Uint8Array | null;
  readonly xattrs: readonly { readonly name: string; readonly value: Uint8Array }[];
  readonly reparse: Reparse | null;
  readonly storage: FileStorage;
  readonly unreadable: ErrorCode | null;
}

/** One name of one file, as a scan of the whole volume finds it. */
export interface ScannedFile extends FileNode {
  /** The folder it is in; the root is its own parent. */
  readonly parentId: number;
  /** Where on the volume the file's own record lies; null where it has no place of its own. */
  readonly metadataOffset: number | null;
}

export type OnDamage = (damage: HostkeepError) => void;

export interface ListOptions {
  /** Told of what could not be listed, and the rest is given; without it such damage is thrown. */
  readonly onDamage?: OnDamage;
}

export interface ScanOptions extends ListOptions {
  /**
   * Sorted ranges of the volume: only files whose metadata touches them are given, each with all of its names, one after
   * the other. A file system that cannot tell gives every file.
   */
  readonly only?: readonly ByteRange[];
}

export interface FileSystemState {
  /** Nothing waits in a journal or for a check. */
  readonly clean: boolean;
  /**
   * Whether `freeRanges` can be relied upon: `exact`; `flushed`, when only a flush by the guest before the disk was taken makes
   * it so, since the journal is not read; `uncertain`, when the volume waits for a check.
   */
  readonly freeSpace: 'exact' | 'flushed' | 'uncertain';
  /** What an operator should know of the volume's state. */
  readonly note: VolumeNote | null;
  /** The format's version as its tools write it. */
  readonly version: string;
  readonly clusterBytes: number;
}

/** A file system, for reading. Everything throws format/* for damage and bounds its work. */
export interface FileSystem {
  readonly kind: FileSystemKind;
  readonly label: string;
  root(): Promise<FileNode>;
  /** The folder that a guest sees as this volume where it says nothing else, as its path from the root; undefined where that is the root. */
  usualRoot?(): Promise<string | undefined>;
  /** The child of that name; names compare as the file system does. */
  child(folder: FileNode, name: string): Promise<FileNode | undefined>;
  list(folder: FileNode, options?: ListOptions): Promise<readonly FileNode[]>;
  details(file: FileNode): Promise<FileDetails>;
  /** Fills `target` with the file's bytes from `offset`, which must lie within it. @throws what `unreadable` says */
  read(file: FileNode, offset: number, target: Uint8Array): Promise<void>;
  /** The same of an alternate data stream. @throws HostkeepError recovery/path-not-found */
  readStream(file: FileNode, stream: string, offset: number, target: Uint8Array): Promise<void>;
  ranges(file: FileNode): Promise<readonly FileRange[]>;
  /** Where a symbolic link points. */
  linkTarget(link: FileNode): Promise<string>;
  /** Every name of every file of the volume, in the order in which its metadata is read fastest; memory is bounded. */
  scan(options?: ScanOptions): AsyncIterable<ScannedFile>;
  /**
   * Where on the volume the file's own record lies; null where it has no place of its own. Only of file systems whose folders can be
   * listed anew one by one: there, whatever changed in a folder shows in its record or in its content.
   */
  recordOffset?(file: FileNode): Promise<number | null>;
  /** Bytes of the volume that the file system's own bitmaps call free, in order, neighbours joined. */
  freeRanges(): AsyncIterable<ByteRange>;
  state(): Promise<FileSystemState>;
}
