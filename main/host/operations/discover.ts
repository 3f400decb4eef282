import type { Operation } from '../operation.ts';
import { fieldsOf, flagOf, listOf, numberOf, textOf, type Fields } from '../values.ts';

export interface HostAnswer {
  readonly name: string;
  readonly caption: string;
  readonly version: string;
  /** 1 client, 2 domain controller, 3 server. */
  readonly productType: number;
  readonly elevated: boolean;
  readonly powerShell: string;
  readonly hyperV: boolean;
  readonly managementRuns: boolean;
  readonly guestBackupType: boolean;
  readonly changeTracking: boolean;
  readonly volumes: readonly {
    readonly name: string;
    readonly fileSystem: string;
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
  readonly state: string;
  readonly status: readonly string[];
  readonly generation: 1 | 2;
  readonly version: string;
  readonly heartbeat: string;
  readonly replication: string;
  readonly clustered: boolean;
  readonly memoryBytes: number;
  readonly processors: number;
  readonly configuration: string;
  /** Disabled, Production, ProductionOnly or Standard: for the checkpoints that people make. */
  readonly checkpointType: string;
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

export const discover: Operation<{ readonly vmId: string | null }, Discovery> = {
  name: 'discover',
  timeoutMs: 5 * 60_000,
  failures: ['host/access-denied'],
  parse(value) {
    const { host, vms } = fieldsOf(value, 'discover');
    return { host: hostAnswer(fieldsOf(host, 'host')), vms: listOf(vms, 'vms').map((vm) => vmAnswer(fieldsOf(vm, 'vm'))) };
  },
};

function hostAnswer(from: Fields): HostAnswer {
  return {
    name: textOf(from['name'], 'name'),
    caption: textOf(from['caption'], 'caption'),
    version: textOf(from['version'], 'version'),
    productType: numberOf(from['productType'], 'productType'),
    elevated: flagOf(from['elevated'], 'elevated'),
    powerShell: textOf(from['powerShell'], 'powerShell'),
    hyperV: flagOf(from['hyperV'], 'hyperV'),
    managementRuns: flagOf(from['managementRuns'], 'managementRuns'),
    guestBackupType: flagOf(from['guestBackupType'], 'guestBackupType'),
    changeTracking: flagOf(from['changeTracking'], 'changeTracking'),
    volumes: listOf(from['volumes'], 'volumes').map((one) => {
      const volume = fieldsOf(one, 'volume');
      return {
        name: textOf(volume['name'], 'volume.name'),
        fileSystem: textOf(volume['fileSystem'], 'volume.fileSystem'),
        freeBytes: numberOf(volume['freeBytes'], 'volume.freeBytes'),
        sizeBytes: numberOf(volume['sizeBytes'], 'volume.sizeBytes'),
      };
    }),
  };
}

function vmAnswer(from: Fields): VmAnswer {
  const guest = fieldsOf(from['guest'], 'guest');
  return {
    id: textOf(from['id'], 'id').toLowerCase(),
    name: textOf(from['name'], 'name'),
    state: textOf(from['state'], 'state'),
    status: listOf(from['status'], 'status').map((one) => textOf(one, 'status')),
    generation: from['generation'] === 1 ? 1 : 2,
    version: textOf(from['version'], 'version'),
    heartbeat: textOf(from['heartbeat'], 'heartbeat'),
    replication: textOf(from['replication'], 'replication'),
    clustered: flagOf(from['clustered'], 'clustered'),
    memoryBytes: numberOf(from['memoryBytes'], 'memoryBytes'),
    processors: numberOf(from['processors'], 'processors'),
    configuration: textOf(from['configuration'], 'configuration'),
    checkpointType: textOf(from['checkpointType'], 'checkpointType'),
    networks: listOf(from['networks'], 'networks').map((one) => {
      const network = fieldsOf(one, 'network');
      return { name: textOf(network['name'], 'network.name'), switch: textOf(network['switch'], 'network.switch') };
    }),
    services: listOf(from['services'], 'services').map((one) => {
      const service = fieldsOf(one, 'service');
      return {
        component: textOf(service['component'], 'component'),
        enabled: flagOf(service['enabled'], 'enabled'),
        status: listOf(service['status'], 'service.status').map((status) => textOf(status, 'service.status')),
      };
    }),
    guestOsName: textOf(guest['osName'], 'osName'),
    guestPlatform: textOf(guest['platform'], 'platform'),
    guestProduct: textOf(guest['product'], 'product'),
    checkpoints: listOf(from['checkpoints'], 'checkpoints').map((one) => {
      const checkpoint = fieldsOf(one, 'checkpoint');
      return { id: textOf(checkpoint['id'], 'checkpoint.id'), type: textOf(checkpoint['type'], 'checkpoint.type') };
    }),
    disks: listOf(from['disks'], 'disks').map((one) => diskAnswer(fieldsOf(one, 'disk'))),
  };
}

function diskAnswer(from: Fields): DiskAnswer {
  return {
    controller: textOf(from['controller'], 'controller'),
    number: numberOf(from['number'], 'number'),
    location: numberOf(from['location'], 'location'),
    path: textOf(from['path'], 'path'),
    passThrough: flagOf(from['passThrough'], 'passThrough'),
    shared: flagOf(from['shared'], 'shared'),
    format: textOf(from['format'], 'format'),
    type: textOf(from['type'], 'type'),
    sizeBytes: numberOf(from['sizeBytes'], 'sizeBytes'),
    fileBytes: numberOf(from['fileBytes'], 'fileBytes'),
    parents: listOf(from['parents'], 'parents').map((one) => textOf(one, 'parent')),
    broken: from['broken'] === null || from['broken'] === undefined ? null : textOf(from['broken'], 'broken'),
  };
}
