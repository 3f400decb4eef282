/** What the console is told of restore points: how lists show them, what is on their disks, and how files in them begin. */
import type { EvidenceSummary } from '../evidence.ts';
import type { Consistency, PointId, RunId } from '../ids.ts';
import type { VolumeNote } from '../sentences/volume-notes.ts';
import type { ErrorCode } from '../errors/hostkeep-error.ts';

/** A restore point as lists show it. */
export interface PointView {
  readonly id: PointId;
  readonly repository: string;
  readonly vm: string;
  readonly host: string | null;
  readonly time: number;
  readonly consistency: Consistency;
  readonly run: RunId;
  readonly sizeBytes: number;
  readonly storedBytes: number;
  /** Of its newest verification; null where there was none. */
  readonly evidence: EvidenceSummary | null;
}

/** Restore points of a repository in the order in which they are verified, and how far that has come. */
export interface RotationView {
  readonly points: number;
  readonly verified: number;
  readonly damaged: number;
  /** When the one that waits the longest was verified; null where there is none, or where one never was. */
  readonly oldestAt: number | null;
  /** The next first. */
  readonly order: readonly PointView[];
}

/** A disk, or an LVM volume group, which has no index, and what is on it. */
export interface DeviceView {
  readonly index: number | null;
  readonly path: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly scheme: 'gpt' | 'mbr' | 'none' | 'lvm' | 'damaged';
  readonly note: string | null;
  readonly sentence: VolumeNote | null;
  readonly code: ErrorCode | null;
  readonly partitions: readonly {
    readonly path: string;
    readonly sizeBytes: number;
    readonly name: string;
    readonly fileSystem: string;
  }[];
}

export interface PointDetail {
  readonly point: PointView;
  readonly devices: readonly DeviceView[];
}

export interface FileRow {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'other';
  readonly sizeBytes: number;
  readonly modified: number | null;
  /** Why its content cannot be given; null when it can. */
  readonly unreadable: ErrorCode | null;
}

export interface FolderView {
  readonly path: string;
  readonly entries: readonly FileRow[];
  /** How many fit what was asked for; `entries` holds at most `fileRowLimit` of them. */
  readonly fitting: number;
  /** How many there are. */
  readonly total: number;
}
export const fileRowLimit = 20_000;

/** The beginning of a file; also what `cat --preview` prints with `--json`. */
export type PreviewView = { readonly sizeBytes: number } & (
  | {
      readonly kind: 'text';
      readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
      readonly text: string;
      readonly truncated: boolean;
    }
  | {
      readonly kind: 'image';
      readonly mime: string;
      /** Pixels; zero where the beginning of the file does not tell. */
      readonly width: number;
      readonly height: number;
      /** Null where it is too large to be shown. */
      readonly base64: string | null;
    }
  /** What it is in words, and its first bytes in hex, 16 a line. */
  | { readonly kind: 'binary'; readonly type: string; readonly hex: readonly string[] }
  | { readonly kind: 'empty' }
);
