import type { ByteRange } from '#contract';

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
}

/** Where a stretch of a file lies on its volume; null where it has no place of its own (sparse, or inside a record). */
export interface FileRange extends ByteRange {
  readonly volumeOffset: number | null;
}

/** A file system, for reading. Everything throws format/* for damage and bounds its work. */
export interface FileSystem {
  readonly kind: 'ntfs' | 'ext4';
  readonly label: string;
  root(): Promise<FileNode>;
  /** The child of that name; names compare as the file system does. */
  child(folder: FileNode, name: string): Promise<FileNode | undefined>;
  list(folder: FileNode): Promise<readonly FileNode[]>;
  /** Fills `target` with the file's bytes from `offset`, which must lie within it. */
  read(file: FileNode, offset: number, target: Uint8Array): Promise<void>;
  ranges(file: FileNode): Promise<readonly FileRange[]>;
  /** Where a symbolic link points. */
  linkTarget(link: FileNode): Promise<string>;
}
