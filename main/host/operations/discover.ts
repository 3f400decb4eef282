import { nullable, object, optional, pipe, string, transform, unknown } from 'valibot';
import { count, type Schema } from '#contract';
import { flag, id, list, text } from '../answer.ts';
import type { Operation } from '../operation.ts';

export interface HostAnswer {
  readonly name: string;
  readonly caption: string;
  readonly version: string;
  /** 1 client, 2 domain controller, 3 server. */
  readonly productType: number;
  readonly elevated: boolean;
  readonly hyperV: boolean;
  readonly managementRuns: boolean;
  /** Services that say what the computer is for, as they are named: vmms (Hyper-V), ClusSvc (node of a cluster), NTDS (domain controller). */
  readonly roles: readonly string[];
  /** Whether the host can be told full or copy. */
  readonly guestBackupType: boolean;
  readonly changeTracking: boolean;
  readonly volumes: readonly {
    readonly name: string;
    readonly freeBytes: number;
    readonly sizeBytes: number;
  }[];
}

export interface DiskAnswer {
  readonly controller: string;
  readonly number: number;
  readonly location: number;
  readonly path: string;
  readonly passThrough: boolean;
  readonly shared: boolean;
  readonly format: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly fileBytes: number;
  readonly parents: readonly string[];
  /** Why the image could not be opened; null when it could. */
  readonly broken: string | null;
}

export interface VmAnswer {
  readonly id: string;
  readonly name: string;
  /** Other VMs of this name; of a single VM only where they were asked for. */
  readonly namesakes: number;
  readonly state: string;
  readonly status: readonly string[];
  readonly generation: 1 | 2;
  readonly version: string;
  readonly heartbeat: string;
  readonly replication: string;
  readonly clustered: boolean;
  readonly memoryBytes: number;
  readonly processors: number;
  readonly networks: readonly { readonly name: string; readonly switch: string }[];
  /** Integration components by GUID, upper case. */
  readonly services: readonly { readonly component: string; readonly enabled: boolean; readonly status: readonly string[] }[];
  readonly guestOsName: string;
  /** `2` is Windows NT; Linux guests do not tell it. */
  readonly guestPlatform: string;
  /** `2` is a domain controller. */
  readonly guestProduct: string;
  readonly checkpoints: readonly { readonly id: string; readonly type: string }[];
  readonly disks: readonly DiskAnswer[];
}

export interface Discovery {
  readonly host: HostAnswer;
  readonly vms: readonly VmAnswer[];
}

const hostSchema: Schema<HostAnswer> = object({
  name: text,
  caption: text,
  version: text,
  productType: count,
  elevated: flag,
  hyperV: flag,
  managementRuns: flag,
  roles: list(text),
  guestBackupType: flag,
  changeTracking: flag,
  volumes: list(object({ name: text, freeBytes: count, sizeBytes: count })),
});

const diskSchema: Schema<DiskAnswer> = object({
  controller: text,
  number: count,
  location: count,
  path: text,
  passThrough: flag,
  shared: flag,
  format: text,
  type: text,
  sizeBytes: count,
  fileBytes: count,
  parents: list(text),
  broken: optional(nullable(string()), null),
});

const generation = pipe(
  unknown(),
  transform((value): 1 | 2 => (value === 1 ? 1 : 2)),
);

const vmSchema: Schema<VmAnswer> = pipe(
  object({
    id,
    name: text,
    namesakes: count,
    state: text,
    status: list(text),
    generation,
    version: text,
    heartbeat: text,
    replication: text,
    clustered: flag,
    memoryBytes: count,
    processors: count,
    networks: list(object({ name: text, switch: text })),
    services: list(object({ component: text, enabled: flag, status: list(text) })),
    guest: object({ osName: text, platform: text, product: text }),
    checkpoints: list(object({ id: text, type: text })),
    disks: list(diskSchema),
  }),
  transform(({ guest, ...vm }) => ({
    ...vm,
    guestOsName: guest.osName,
    guestPlatform: guest.platform,
    guestProduct: guest.product,
  })),
);

export const discover: Operation<{ readonly vmId: string | null; readonly names?: boolean }, Discovery> = {
  name: 'discover',
  timeoutMs: 5 * 60_000,
  failures: ['host/access-denied'],
  answer: object({ host: hostSchema, vms: list(vmSchema) }),
};
