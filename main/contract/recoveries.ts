import { boolean, nullable, object, picklist, string } from 'valibot';
import type { Schema } from './accept.ts';
import type { PointId, RunId } from './ids.ts';
import type { PublicationState } from './publications.ts';
import { count } from './schema-parts.ts';

/** What is done with a recovery. */
const recoveryActs = ['start', 'finalise', 'discard'] as const;
export type RecoveryAct = (typeof recoveryActs)[number];

/** What the home remembers of a recovery; the host knows its VM, the publication what was written. It holds no secret. */
export interface RecoveryDefinition {
  readonly folder: string;
  readonly network: string | null;
  /** For a drill: it is taken away again when its run has ended, however. */
  readonly drill: boolean;
  readonly vmId: string | null;
  readonly name: string;
  /** From the command to served disks, to a started VM, and to its heartbeat; null for what has not come. */
  readonly servedAfterMs: number | null;
  readonly startedAfterMs: number | null;
  readonly heartbeatAfterMs: number | null;
}

export const recoveryDefinitionSchema: Schema<RecoveryDefinition> = object({
  folder: string(),
  network: nullable(string()),
  drill: boolean(),
  vmId: nullable(string()),
  name: string(),
  servedAfterMs: nullable(count),
  startedAfterMs: nullable(count),
  heartbeatAfterMs: nullable(count),
});

/** `interrupted`: what was being done with it died; the next command on it cleans that up. */
export type RecoveryState = 'starting' | 'running' | 'finalising' | 'discarding' | 'interrupted';

export interface RecoveryView {
  /** The run that began it. */
  readonly id: RunId;
  readonly state: RecoveryState;
  readonly host: string;
  readonly repository: string;
  readonly repositoryFolder: string;
  readonly point: PointId;
  /** The VM of the restore point. */
  readonly vm: string;
  readonly startedAt: number;
  readonly definition: RecoveryDefinition;
  readonly publication: string;
  /** Null once nothing is known of it. A VM whose publication is not serving has lost its disks. */
  readonly publicationState: PublicationState | null;
  /** What the VM has written, as last counted. */
  readonly usedBytes: number;
}

export const recoveryRowSchema: Schema<{ readonly act: RecoveryAct | null }> = object({ act: nullable(picklist(recoveryActs)) });

/** What `recover start --json` ends with. */
export interface RecoveryReport {
  readonly recovery: RunId;
  readonly host: string;
  readonly point: PointId;
  readonly vm: { readonly id: string; readonly name: string };
  readonly portal: string;
  readonly iqn: string;
  readonly servedAfterMs: number;
  readonly startedAfterMs: number;
  readonly heartbeat: string | null;
  readonly heartbeatAfterMs: number | null;
  readonly screen: string | null;
  readonly warnings: readonly string[];
}

/** What `recover finalise --json` ends with. */
export interface FinaliseReport {
  readonly recovery: RunId;
  readonly host: string;
  readonly vm: { readonly id: string; readonly name: string };
  /** On the host. */
  readonly files: readonly string[];
  readonly overlayBytes: number;
  /** How long the VM was down. */
  readonly downMs: number;
}
