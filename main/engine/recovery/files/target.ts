import type { FileDetails } from '../../formats/file-system.ts';

/** What to do with a file that is there already: put the new one beside it, leave it alone, or replace it. */
export type Conflict = 'rename' | 'skip' | 'overwrite';

/** A stretch of a file; what no piece covers is zero. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface FileToWrite {
  /** Safe as a name here. */
  readonly name: string;
  /** Equal for all names of one file; null when it has only one. */
  readonly linkKey: string | null;
  /** Names the file and the state it is in, so that a half-written one is known again. */
  readonly identity: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number | null;
  readonly details: FileDetails;
  /** The content from an offset on, in order. */
  pieces(from: number): AsyncIterable<Piece>;
}

export interface WrittenEntry {
  /** `kept`: one was there and stays. `linked`: another name of a file that was restored already. */
  readonly outcome: 'written' | 'linked' | 'kept';
  /** From the target's root, by `/`. */
  readonly path: string;
}

/** Where restored files go: a folder, or a zip. Paths are relative to its root; names are safe and taken once. */
export interface FileTarget {
  /** Makes a folder, or uses the one that is there, and answers its path. */
  folder(parent: string, name: string): Promise<string>;
  file(parent: string, file: FileToWrite): Promise<WrittenEntry>;
  link(parent: string, name: string, target: string): Promise<WrittenEntry>;
  /** Puts what only the folder has: its times, once nothing more is written into it. */
  finishFolder(path: string, details: FileDetails): Promise<void>;
  /** A line about a file for the list beside the files, for what the target itself cannot hold. */
  note(line: SidecarLine): Promise<void>;
  /** Writes an alternate stream to where the target keeps them; answers its path, or null when the file itself holds it now. */
  stream(of: string, name: string, pieces: AsyncIterable<Piece>): Promise<string | null>;
  close(): Promise<void>;
  /** Takes back what is half done. */
  abandon(): Promise<void>;
}

/** What is known of a restored file and may not be kept by the target itself. */
export interface SidecarLine {
  /** From the target's root. */
  readonly path: string;
  /** In the restore point. */
  readonly from: string;
  /** Nanoseconds since 1970, as text. */
  readonly times: Readonly<Record<string, string | null>>;
  readonly windowsAttributes: number | null;
  readonly unix: FileDetails['unix'];
  /** Security descriptor as text, or its bytes where text cannot say it. */
  readonly sddl?: string;
  readonly descriptorBase64?: string;
  readonly streams?: readonly { readonly name: string; readonly sizeBytes: number; readonly file: string | null }[];
  readonly xattrs?: readonly { readonly name: string; readonly valueBase64: string }[];
}
