/** What a search of restore points tells; also what `find`, `history` and `big` print with `--json`. */
import type { ErrorCode } from '../errors/hostkeep-error.ts';
import type { PointId } from '../ids.ts';

/** A restore point whose files are not searched, and why. */
export interface UnlistedPoint {
  readonly point: PointId;
  readonly vm: string;
  readonly time: number;
  /** `recovery/not-catalogued` where nobody listed its files yet. */
  readonly code: ErrorCode;
}

/** A volume whose files nobody can list. */
export interface UnlistedVolume {
  readonly vm: string;
  readonly path: string;
  /** `BitLocker`, `ReFS` ... */
  readonly kind: string;
  readonly code: ErrorCode;
}

/** A file as it was in some restore points, one after the other. */
export interface FileVersion {
  /** Oldest first. */
  readonly points: readonly { readonly id: PointId; readonly time: number }[];
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number | null;
  /** Why its content cannot be given; null when it can. */
  readonly unreadable: ErrorCode | null;
}

export interface FoundFileView {
  readonly vm: string;
  readonly vmId: string | null;
  /** As `ls` and `restore-files` take it. */
  readonly path: string;
  readonly name: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'other';
  /** Whether the newest restore point of the VM has it no more. */
  readonly gone: boolean;
  /** Newest first; equal ones next to each other are one. */
  readonly versions: readonly FileVersion[];
}

export interface SearchView {
  readonly files: readonly FoundFileView[];
  /** Whether there are more than were asked for. */
  readonly more: boolean;
  /** Restore points that were searched. */
  readonly points: number;
  readonly unlisted: readonly UnlistedPoint[];
  readonly unlistedVolumes: readonly UnlistedVolume[];
}

/** One file over all restore points of its VM. */
export interface FileHistoryView {
  readonly vm: string;
  readonly path: string;
  readonly versions: readonly FileVersion[];
  /** Restore points in which it is not. */
  readonly absent: readonly PointId[];
  readonly unlisted: readonly UnlistedPoint[];
}

/** What made a backup big. */
export interface BigView {
  readonly point: PointId;
  /** The restore point before it; null: there was none, and everything counts. */
  readonly since: PointId | null;
  /** Bytes of the disks that may hold something else than before. */
  readonly changedBytes: number;
  /** What the point added to the repository, compressed. */
  readonly storedBytes: number;
  /** Largest change first. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number; readonly changedBytes: number }[];
  readonly volumes: readonly {
    readonly path: string;
    readonly changedBytes: number;
    /** How much of it lies in files; the rest is the file system's own, or free. */
    readonly inFilesBytes: number;
    /** Why its files could not be listed. */
    readonly unreadable: ErrorCode | null;
  }[];
}
