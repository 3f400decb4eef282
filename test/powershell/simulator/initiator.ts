import type { IscsiSession } from '../../../main/lab/iscsi/session.ts';

/** A disk of the host that came over iSCSI. Numbers are given out anew at every login. */
export interface HostDisk {
  readonly number: number;
  readonly serial: string;
  readonly sizeBytes: number;
  offline: boolean;
  readOnly: boolean;
}

export interface InitiatorState {
  service: 'Running' | 'Stopped' | 'Disabled' | 'Missing';
  portals: { readonly address: string; readonly port: number }[];
  readonly known: Map<string, { readonly address: string; readonly port: number }>;
  readonly sessions: Map<string, { readonly iqn: string; readonly session: IscsiSession; readonly disks: readonly HostDisk[] }>;
  nextNumber: number;
}

export const newInitiator = (): InitiatorState => ({
  service: 'Stopped',
  portals: [],
  known: new Map(),
  sessions: new Map(),
  nextNumber: 2,
});
