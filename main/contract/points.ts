import { array, boolean, exactOptional, literal, nullable, object, picklist, string } from 'valibot';
import type { Schema } from './accept.ts';
import type { EvidenceSummary } from './evidence.ts';
import { consistencies, type Consistency, type PointId, type RunId } from './ids.ts';
import { count, hex } from './schema-parts.ts';

export interface DiskRecord {
  readonly index: number;
  /** The disk's name on the host, for people. */
  readonly label: string;
  readonly sizeBytes: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  /** VHDX block size to restore with, in bytes. */
  readonly blockSize: number;
  /** VHDX virtual disk identifier, as a lower-case GUID without braces; null for raw images. */
  readonly diskId: string | null;
  /** Whether the source was a fixed VHDX. */
  readonly fixed: boolean;
  /** Root of the disk's map tree: 32 hex digits; see docs/repository-format.md. */
  readonly map: string;
  readonly readBytes: number;
  readonly newBytes: number;
  /** Missing when everything was wanted. */
  readonly skipped?: SkippedContent;
}

/** Content that a backup left out because the guest does not use it: free space, and files whose content means nothing later. */
export interface SkippedContent {
  /** Of the rules by which it was chosen, so that the next run can tell what this one left out. */
  readonly rules: number;
  /** Whether the guest had been brought to rest, which the rules ask for. */
  readonly quiesced: boolean;
  /** Free space in the guest's file systems, in whole blocks. */
  readonly freeBytes: number;
  /** Page, swap and hibernation files, and swap volumes. */
  readonly excludedBytes: number;
  /** What this run did not read for it. */
  readonly notReadBytes: number;
}

const skippedContentSchema: Schema<SkippedContent> = object({
  rules: count,
  quiesced: boolean(),
  freeBytes: count,
  excludedBytes: count,
  notReadBytes: count,
});

const diskRecordSchema: Schema<DiskRecord> = object({
  index: count,
  label: string(),
  sizeBytes: count,
  logicalSectorSize: count,
  physicalSectorSize: count,
  blockSize: count,
  diskId: nullable(string()),
  fixed: boolean(),
  map: hex(16),
  readBytes: count,
  newBytes: count,
  skipped: exactOptional(skippedContentSchema),
});

/** A file of a VM's definition; `contentBase64` keeps it byte for byte. */
export interface DefinitionFile {
  readonly name: string;
  readonly contentBase64: string;
}

/** What a restore point consists of: its manifest. */
export interface RestorePoint {
  readonly version: 1;
  readonly id: PointId;
  readonly vm: string;
  /** The hypervisor's id of the VM, or null for an image. */
  readonly vmId: string | null;
  readonly host: string | null;
  /** Milliseconds since 1970 when the checkpoint was taken. */
  readonly time: number;
  readonly consistency: Consistency;
  readonly run: RunId;
  /** The job that made it, whose retention it is under; absent when it was made by hand: then no retention drops it. */
  readonly job?: string;
  readonly disks: readonly DiskRecord[];
  readonly definition: readonly DefinitionFile[];
}

export const restorePointSchema: Schema<RestorePoint> = object({
  version: literal(1),
  id: hex(8),
  vm: string(),
  vmId: nullable(string()),
  host: nullable(string()),
  time: count,
  consistency: picklist(consistencies),
  run: string(),
  job: exactOptional(string()),
  disks: array(diskRecordSchema),
  definition: array(object({ name: string(), contentBase64: string() })),
});

/** One row of `points --json`. */
export interface PointSummary {
  readonly id: PointId;
  readonly vm: string;
  /** The host's id of it: names need not differ. */
  readonly vmId: string | null;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly consistency: Consistency;
  readonly disks: readonly { readonly index: number; readonly sizeBytes: number }[];
  readonly storedBytes: number;
  readonly readBytes: number;
  /** Free space and such that was not read. */
  readonly skippedBytes: number;
  /** Of the newest verification; null where nobody has verified it. */
  readonly evidence: EvidenceSummary | null;
}
