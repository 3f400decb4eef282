import { array, boolean, nullable, object, string } from 'valibot';
import type { Schema } from './accept.ts';
import type { PointId, RunId } from './ids.ts';
import { count } from './schema-parts.ts';

/** How much may be written over a published point where nobody says. */
export const usualOverlayBytes = 64 * 2 ** 30;
/** Memory in which a publisher keeps what was read. */
export const usualCacheBytes = 256 * 1024 * 1024;

/** A disk of a restore point as initiators find it. */
export interface PublishedUnit {
  readonly lun: number;
  /** Index of the disk in the restore point. */
  readonly disk: number;
  readonly sizeBytes: number;
  /** Unit serial number (VPD page 80h): by it a host knows the disk among its own. */
  readonly serial: string;
}

/** What `publish --json` prints once it serves. */
export interface PublishedTarget {
  readonly id: string;
  /** `ADDRESS:PORT`, brackets around IPv6. */
  readonly portal: string;
  readonly iqn: string;
  readonly luns: readonly PublishedUnit[];
  /** Where NBD clients connect; null where none were asked for. */
  readonly nbd: string | null;
}

/** How a restore point is published; it never holds a secret. */
export interface PublicationDefinition {
  readonly disks: readonly number[];
  readonly overlayFolder: string;
  readonly overlayLimitBytes: number;
  readonly chapUser: string | null;
  readonly mutualChap: boolean;
  readonly initiators: readonly string[] | null;
}

/**
 * `starting` and `serving` have a process; `stopped` was ended in order, `died` was not. Of those two the overlay is kept until it is
 * discarded.
 */
export type PublicationState = 'starting' | 'serving' | 'stopped' | 'died';

export interface PublicationView {
  readonly id: string;
  readonly state: PublicationState;
  readonly repository: string;
  readonly repositoryFolder: string;
  readonly point: PointId;
  readonly vm: string;
  readonly run: RunId;
  readonly startedAt: number;
  readonly definition: PublicationDefinition;
  /** As it was last served; null before that. */
  readonly served: PublishedTarget | null;
  /** What was written, as last counted. */
  readonly usedBytes: number;
  /** Initiators that are logged in; 0 without a process. */
  readonly sessions: number;
}

export const publishedTargetSchema: Schema<PublishedTarget> = object({
  id: string(),
  portal: string(),
  iqn: string(),
  luns: array(object({ lun: count, disk: count, sizeBytes: count, serial: string() })),
  nbd: nullable(string()),
});

export const publicationDefinitionSchema: Schema<PublicationDefinition> = object({
  disks: array(count),
  overlayFolder: string(),
  overlayLimitBytes: count,
  chapUser: nullable(string()),
  mutualChap: boolean(),
  initiators: nullable(array(string())),
});
