import type { WorldOptions } from '../world.ts';

export type CimType =
  | 'string'
  | 'boolean'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'datetime'
  | 'string[]'
  | 'uint16[]'
  | 'uint64[]'
  | 'ref';

export interface Parameter {
  readonly type: CimType;
  /** The class that a reference must be of. */
  readonly of?: string;
  readonly optional?: boolean;
}

export interface CimClass {
  readonly namespace: 'root\\cimv2' | 'root\\virtualization\\v2';
  readonly properties: Readonly<Record<string, CimType>>;
  readonly methods?: Readonly<Record<string, Readonly<Record<string, Parameter>>>>;
  /** Associated classes that it leads to. */
  readonly leadsTo?: readonly string[];
}

const windows = 'root\\cimv2';
const virtualization = 'root\\virtualization\\v2';
const settings = 'Msvm_VirtualSystemSettingData';

/** The classes that the scripts use, with the properties and methods of the reference (section 2). */
export const schema: Readonly<Record<string, CimClass>> = {
  Win32_OperatingSystem: {
    namespace: windows,
    properties: { Caption: 'string', Version: 'string', BuildNumber: 'string', ProductType: 'uint32' },
  },
  Win32_ComputerSystem: { namespace: windows, properties: { Name: 'string', PartOfDomain: 'boolean', Domain: 'string' } },
  Win32_Service: {
    namespace: windows,
    properties: { Name: 'string', State: 'string', Started: 'boolean' },
    methods: { StartService: {}, StopService: {} },
  },
  Win32_Volume: {
    namespace: windows,
    properties: {
      Name: 'string',
      DeviceID: 'string',
      DriveType: 'uint32',
      FileSystem: 'string',
      FreeSpace: 'uint64',
      Capacity: 'uint64',
    },
  },
  Win32_ShadowCopy: {
    namespace: windows,
    properties: {
      ID: 'string',
      DeviceObject: 'string',
      VolumeName: 'string',
      SetID: 'string',
      ProviderID: 'string',
      InstallDate: 'datetime',
      Persistent: 'boolean',
      ClientAccessible: 'boolean',
    },
  },
  Msvm_ComputerSystem: {
    namespace: virtualization,
    properties: {
      Name: 'string',
      ElementName: 'string',
      Caption: 'string',
      EnabledState: 'uint16',
      HealthState: 'uint16',
      OperationalStatus: 'uint16[]',
    },
    leadsTo: [settings, 'Msvm_VirtualSystemReferencePoint'],
  },
  [settings]: {
    namespace: virtualization,
    properties: {
      InstanceID: 'string',
      VirtualSystemIdentifier: 'string',
      VirtualSystemType: 'string',
      ElementName: 'string',
      ConfigurationDataRoot: 'string',
      ConfigurationFile: 'string',
      ConfigurationID: 'string',
      Version: 'string',
      IncrementalBackupEnabled: 'boolean',
      UserSnapshotType: 'uint16',
    },
    leadsTo: ['Msvm_StorageAllocationSettingData'],
  },
  Msvm_StorageAllocationSettingData: {
    namespace: virtualization,
    properties: { InstanceID: 'string', ResourceType: 'uint16', ResourceSubType: 'string', HostResource: 'string[]' },
  },
  Msvm_VirtualSystemSnapshotSettingData: {
    namespace: virtualization,
    properties: { ConsistencyLevel: 'uint8', GuestBackupType: 'uint8', IgnoreNonSnapshottableDisks: 'boolean' },
  },
  Msvm_VirtualSystemReferencePoint: {
    namespace: virtualization,
    properties: {
      InstanceID: 'string',
      VirtualSystemIdentifier: 'string',
      ReferencePointType: 'uint16',
      ConsistencyLevel: 'uint8',
      VirtualDiskIdentifiers: 'string[]',
      ResilientChangeTrackingIdentifiers: 'string[]',
    },
  },
  Msvm_ConcreteJob: {
    namespace: virtualization,
    properties: {
      InstanceID: 'string',
      JobState: 'uint16',
      JobType: 'uint16',
      PercentComplete: 'uint16',
      ErrorCode: 'uint16',
      ErrorDescription: 'string',
    },
    leadsTo: [settings, 'Msvm_VirtualSystemReferencePoint'],
  },
  Msvm_KvpExchangeComponent: {
    namespace: virtualization,
    properties: { SystemName: 'string', GuestIntrinsicExchangeItems: 'string[]' },
  },
  Msvm_VirtualSystemSnapshotService: {
    namespace: virtualization,
    properties: { Name: 'string' },
    methods: {
      CreateSnapshot: {
        AffectedSystem: { type: 'ref', of: 'Msvm_ComputerSystem' },
        SnapshotSettings: { type: 'string' },
        SnapshotType: { type: 'uint16' },
        ResultingSnapshot: { type: 'ref', of: settings, optional: true },
      },
      DestroySnapshot: { AffectedSnapshot: { type: 'ref', of: settings } },
      ConvertToReferencePoint: {
        AffectedSnapshot: { type: 'ref', of: settings },
        ReferencePointSettings: { type: 'string', optional: true },
        ResultingReferencePoint: { type: 'ref', of: 'Msvm_VirtualSystemReferencePoint', optional: true },
      },
    },
  },
  Msvm_VirtualSystemReferencePointService: {
    namespace: virtualization,
    properties: { Name: 'string' },
    methods: { DestroyReferencePoint: { AffectedReferencePoint: { type: 'ref', of: 'Msvm_VirtualSystemReferencePoint' } } },
  },
  Msvm_VirtualSystemManagementService: {
    namespace: virtualization,
    properties: { Name: 'string' },
    methods: {
      GetVirtualSystemThumbnailImage: {
        TargetSystem: { type: 'ref', of: settings },
        WidthPixels: { type: 'uint16' },
        HeightPixels: { type: 'uint16' },
      },
    },
  },
  Msvm_ImageManagementService: {
    namespace: virtualization,
    properties: { Name: 'string' },
    methods: {
      GetVirtualDiskChanges: {
        Path: { type: 'string' },
        LimitId: { type: 'string' },
        TargetSnapshotId: { type: 'string', optional: true },
        ByteOffset: { type: 'uint64' },
        ByteLength: { type: 'uint64' },
      },
    },
  },
};

/** The class as this host has it; undefined where it does not exist. */
export function classOf({ edition }: WorldOptions, name: string): CimClass | undefined {
  const found = schema[Object.keys(schema).find((known) => known.toLowerCase() === name.toLowerCase()) ?? ''];
  if (edition === '2012r2' && /ReferencePoint/i.test(name)) return undefined;
  if (found === undefined || !/^Msvm_VirtualSystemSnapshotSettingData$/i.test(name)) return found;
  if (edition !== '2016' && edition !== '2012r2') return found;
  const { GuestBackupType: _newer, ...properties } = found.properties;
  return { ...found, properties };
}
