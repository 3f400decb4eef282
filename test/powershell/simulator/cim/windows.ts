import type { World } from '../world.ts';
import { volumeOf } from '../cmdlets.ts';
import type { Instance } from './instance.ts';

const editions = {
  server: ['Microsoft Windows Server 2022 Standard', '10.0.20348', 3],
  '2016': ['Microsoft Windows Server 2016 Standard', '10.0.14393', 3],
  '2012r2': ['Microsoft Windows Server 2012 R2 Standard', '6.3.9600', 3],
  client: ['Microsoft Windows 11 Pro', '10.0.22631', 1],
} as const;

type Source = (world: World) => Promise<readonly Instance[]>;

export const windowsClasses: Readonly<Record<string, Source>> = {
  Win32_OperatingSystem: async ({ options }) => {
    const [Caption, Version, ProductType] = editions[options.edition ?? 'server'];
    return [{ Class: 'Win32_OperatingSystem', Key: '', Caption, Version, BuildNumber: Version.split('.')[2], ProductType }];
  },
  Win32_ComputerSystem: async () => [
    { Class: 'Win32_ComputerSystem', Key: '', Name: 'HV01', PartOfDomain: false, Domain: 'WORKGROUP' },
  ],
  Win32_Service: async ({ options, initiator }) => {
    const runs = options.managementRuns !== false;
    const state = (Name: string, started: boolean): Instance => ({
      Class: 'Win32_Service',
      Key: Name,
      Name,
      Started: started,
      State: started ? 'Running' : 'Stopped',
    });
    return [state('vmms', runs), ...(initiator.service === 'Missing' ? [] : [state('MSiSCSI', initiator.service === 'Running')])];
  },
  Win32_Volume: async (world) => [
    ...(world.volumesHidden ? [] : [volume('v0', '/'), volume(labVolume, volumeOf(world))]),
    { ...volume('v2', ''), Name: null },
  ],
  Win32_ShadowCopy: async ({ shadows }) =>
    shadows.map(({ id, volume, madeAt, clientAccessible }, at) => ({
      Class: 'Win32_ShadowCopy',
      Key: id,
      ID: `{${id.toUpperCase()}}`,
      DeviceObject: `\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy${at + 1}`,
      ProviderID: '{B5946137-7B9F-4925-AF80-51ABD60B20D5}',
      VolumeName: volume,
      InstallDate: new Date(madeAt).toISOString(),
      Persistent: true,
      ClientAccessible: clientAccessible,
    })),
};

const labVolume = 'v1';
const deviceId = (key: string): string => `\\\\?\\Volume{00000000-0000-0000-0000-0000000000${key}}\\`;
/** The volume that the disks of the lab lie on. */
export const labDeviceId = deviceId(labVolume);

export const deviceIdOf = (world: World, name: string): string => (name === volumeOf(world) ? labDeviceId : deviceId('v0'));

function volume(Key: string, Name: string): Instance {
  const size = { FreeSpace: 2 ** 40, Capacity: 2 ** 41 };
  return { Class: 'Win32_Volume', Key, Name, DeviceID: deviceId(Key), DriveType: 3, FileSystem: 'NTFS', ...size };
}
