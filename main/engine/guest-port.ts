import type { RunId, StepReport } from '#contract';

export interface GuestFilesRequest {
  readonly run: RunId;
  /** The VM on the host; it must be running. */
  readonly vmId: string;
  /** In the guest: `C:\Restored`. */
  readonly folder: string;
  /** What all files together need. */
  readonly bytes: number;
  /** What happens to a file that is there already. */
  readonly conflict: 'rename' | 'skip' | 'overwrite';
}

/** `powershell-direct` proves every byte in the guest; `guest-service` (no credentials) only hands the files over. */
export type GuestWay = 'powershell-direct' | 'guest-service';

export interface CopiedToGuest {
  readonly way: GuestWay;
  readonly files: number;
  /** Files that were there and stay. */
  readonly kept: number;
  /** `path` from the folder, by `/`; `to` as the guest calls it. */
  readonly renamed: readonly { readonly path: string; readonly to: string }[];
  readonly failed: readonly { readonly path: string; readonly says: string }[];
  /** Files and new folders that are there, without some of the rights or streams that belong to them. */
  readonly incomplete: readonly { readonly path: string; readonly says: string }[];
}

/** Files on their way into a guest. */
export interface GuestFilesSession {
  readonly way: GuestWay;
  /** The folder on the host that the files are to be written into, as this computer reaches it. */
  readonly staging: string;
  /** Copies what lies there into the guest, and removes it from the host. @throws HostkeepError host/* */
  complete(): Promise<CopiedToGuest>;
  /** Removes it from the host; what is in the guest already stays. */
  abort(reason: string): Promise<void>;
}

/** Copies files into guests that run. It shares the residue list with the `Hypervisor` of the same host. */
export interface GuestCopier {
  /**
   * @throws HostkeepError host/vm-not-found, host/guest-unreachable, host/guest-credentials, host/guest-closed where nothing leads into the
   * guest, host/no-space on the host or in the guest, host/*
   */
  begin(request: GuestFilesRequest, report: (step: StepReport) => void, signal: AbortSignal): Promise<GuestFilesSession>;
}
