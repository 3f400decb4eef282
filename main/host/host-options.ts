import { win32 } from 'node:path';
import type { Clock } from '#engine/ports';
import type { AdminShares } from './admin-shares.ts';
import type { PowerShell } from './powershell.ts';

/** How to back up a VM: `checkpoint` is path B of the reference, `shadow` is path A; `auto` takes B wherever it exists. */
export type BackupPath = 'auto' | 'checkpoint' | 'shadow';

export interface HostOptions {
  readonly id: string;
  readonly name: string;
  readonly shell: PowerShell;
  readonly clock: Clock;
  /** Null: this machine is the host, its files are read in place. */
  readonly address: string | null;
  readonly path: BackupPath;
  /** Folder on the host for the ledger; empty: below ProgramData. */
  readonly ledger: string;
  readonly limits: HostLimits;
  /** How the host's files are reached from here; left out where this machine is the host. */
  readonly shares?: AdminShares;
  /** Credentials of guests whose owner wants to be asked; undefined for all others. */
  readonly guestCredential?: (vmId: string) => Promise<GuestCredential | undefined>;
}

export interface GuestCredential {
  readonly user: string;
  readonly password: string;
}

export interface HostLimits {
  readonly jobSeconds: number;
  readonly mergeSeconds: number;
  /** How long a run waits for a merge that an earlier one has left: it may stand still, and then nothing but this ends the wait. */
  readonly earlierMergeSeconds: number;
  /** How long a merge is waited for once the run is cancelled. */
  readonly cancelledMergeMs: number;
  /** How often a retryable VSS failure is tried again, and after what pause. */
  readonly retries: number;
  readonly retryPauseMs: number;
}

export const defaultLimits: HostLimits = {
  jobSeconds: 1800,
  mergeSeconds: 4 * 3600,
  earlierMergeSeconds: 15 * 60,
  cancelledMergeMs: 3000,
  retries: 2,
  retryPauseMs: 30_000,
};

/** Where this machine finds a file of the host: in place, or through the administrative share of its drive. */
export function reachablePath(address: string | null, path: string): string {
  if (address === null || path.startsWith('\\\\')) return path;
  const drive = /^([A-Za-z]):\\/.exec(path);
  return drive === null ? path : win32.join(`\\\\${address}\\${drive[1]!.toUpperCase()}$`, path.slice(drive[0].length));
}

/** The share that a file of the host is reached over; null for a path that no share leads to. */
export function shareOf(address: string, path: string): string | null {
  return /^\\\\[^\\]+\\[^\\]+/.exec(reachablePath(address, path))?.[0] ?? null;
}
