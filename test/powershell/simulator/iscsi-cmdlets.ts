/** The initiator of the simulated host. It really logs in, so that what a script says to it meets the real publisher. */
import { randomUUID } from 'node:crypto';
import { LoginRefused } from '../../../main/lab/iscsi/login.ts';
import { connectTarget, discoverTargets } from '../../../main/lab/iscsi/session.ts';
import type { Handler } from './cmdlets.ts';
import type { HostDisk } from './initiator.ts';
import { HostFault, takeFault, type World } from './world.ts';

type Given = Readonly<Record<string, unknown>>;

export const initiatorName = 'iqn.1991-05.com.microsoft:hv01';
const codes = {
  unreachable: 0xefff0003,
  refused: 0xefff0009,
  notFound: 0xefff000b,
  loggedIn: 0xefff003f,
  busy: 0xefff0040,
  stopped: 0xefff003e,
};

const failing = (cmdlet: string, number: number, category = 'NotSpecified'): HostFault =>
  new HostFault('Verbindungsfehler.', `HRESULT 0x${number.toString(16)},${cmdlet}`, category, 0x80131500);

/** What can stand between the initiator and the publisher. */
function strike(world: World, cmdlet: string): void {
  if (world.initiator.service !== 'Running') throw failing(cmdlet, codes.stopped);
  const fault = takeFault(world, cmdlet);
  if (fault === undefined) return;
  if (fault === 'denied') throw failing(cmdlet, 0x80070005, 'PermissionDenied');
  throw failing(cmdlet, fault === 'file-busy' ? codes.busy : fault === 'refused' ? codes.refused : 0xefff0001);
}

const loginOf = (given: Given): Parameters<typeof discoverTargets>[1] => {
  if (given['Authentication'] === 'NONE') return { initiatorName, chap: null };
  const [user, secret] = [String(given['User']), String(given['Secret'])];
  // As the initiator of Windows has it: 12 to 16 bytes.
  if (Buffer.byteLength(secret) < 12 || Buffer.byteLength(secret) > 16) throw failing('Connect-IscsiTarget', 0xefff004a);
  return { initiatorName, chap: { user, secret } };
};

async function told<Result>(cmdlet: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HostFault) throw error;
    throw failing(cmdlet, error instanceof LoginRefused ? codes.refused : codes.unreachable);
  }
}

const newPortal: Handler = async (world, given) => {
  strike(world, 'New-IscsiTargetPortal');
  const portal = { address: String(given['Address']), port: Number(given['Port']) };
  const names = await told('New-IscsiTargetPortal', () => discoverTargets(portal, loginOf(given)));
  const { initiator } = world;
  initiator.portals = [...initiator.portals.filter((one) => one.address !== portal.address || one.port !== portal.port), portal];
  for (const name of names) initiator.known.set(name, portal);
  return [{ TargetPortalAddress: portal.address, TargetPortalPortNumber: portal.port }];
};

const connect: Handler = async (world, given) => {
  strike(world, 'Connect-IscsiTarget');
  const { initiator } = world;
  const iqn = String(given['NodeAddress']);
  const portal = initiator.known.get(iqn);
  if (portal === undefined) throw failing('Connect-IscsiTarget', codes.notFound);
  if ([...initiator.sessions.values()].some((one) => one.iqn === iqn)) throw failing('Connect-IscsiTarget', codes.loggedIn);
  const session = await told('Connect-IscsiTarget', () => connectTarget(portal, { ...loginOf(given), targetName: iqn }));
  const missing = takeFault(world, 'disks-of-session') !== undefined;
  const disks = session.units.map(({ serial, sizeBytes }): HostDisk => ({
    number: (initiator.nextNumber += 1),
    // Windows shows it padded.
    serial: missing ? '' : `${serial}    `,
    sizeBytes,
    // The SAN policy of most servers brings shared disks up offline, that of clients online.
    offline: world.options.edition !== 'client',
    readOnly: world.options.edition !== 'client',
  }));
  initiator.sessions.set(randomUUID(), { iqn, session, disks });
  return [{ TargetNodeAddress: iqn, IsConnected: true }];
};

/** Disks that a VM has: a session with one of them is not ended. */
const inUse = (world: World): ReadonlySet<number> =>
  new Set(
    [...world.made.values()].flatMap((vm) => (vm.state === 'Off' ? [] : vm.drives.flatMap((drive) => drive.diskNumber ?? []))),
  );

const disconnect: Handler = async (world, given) => {
  strike(world, 'Disconnect-IscsiTarget');
  const iqn = String(given['NodeAddress']);
  for (const [id, one] of world.initiator.sessions) {
    if (one.iqn !== iqn) continue;
    if (one.disks.some((disk) => inUse(world).has(disk.number))) throw failing('Disconnect-IscsiTarget', codes.busy);
    await one.session.close();
    world.initiator.sessions.delete(id);
  }
  return [];
};

const allDisks = (world: World): readonly HostDisk[] => [...world.initiator.sessions.values()].flatMap((one) => one.disks);

const diskObject = (disk: HostDisk): object => ({
  Number: disk.number,
  SerialNumber: disk.serial,
  Size: disk.sizeBytes,
  IsOffline: disk.offline,
  IsReadOnly: disk.readOnly,
  BusType: 'iSCSI',
  PartitionStyle: 'GPT',
});

const getDisk: Handler = async (world, given) => {
  const session = given['Session'];
  if (typeof session === 'string') return (world.initiator.sessions.get(session)?.disks ?? []).map(diskObject);
  const number = given['Number'];
  const found = allDisks(world).filter((disk) => number === undefined || disk.number === number);
  if (found.length === 0 && number !== undefined)
    throw new HostFault('No MSFT_Disk objects found.', 'CmdletizationQuery_NotFound_Number,Get-Disk', 'ObjectNotFound');
  return found.map(diskObject);
};

const setDisk: Handler = async (world, given) => {
  const disk = allDisks(world).find((one) => one.number === given['Number']);
  const fault = takeFault(world, 'Set-Disk');
  if (disk === undefined || fault === 'denied')
    throw new HostFault(
      'Zugriff verweigert',
      'StorageWMI 40001,Set-Disk',
      disk === undefined ? 'ObjectNotFound' : 'PermissionDenied',
    );
  if (fault !== undefined) throw new HostFault('Not available', 'StorageWMI 50001,Set-Disk', 'NotSpecified');
  if (typeof given['IsOffline'] === 'boolean') disk.offline = given['IsOffline'];
  if (typeof given['IsReadOnly'] === 'boolean') disk.readOnly = given['IsReadOnly'];
  return [];
};

/** The disk that a VM may be given: it must be there, offline and writable. */
export function diskForVm(world: World, number: number): HostDisk | undefined {
  const disk = allDisks(world).find((one) => one.number === number);
  return disk === undefined || !disk.offline || disk.readOnly ? undefined : disk;
}

/** Whether the guest can read its disk now. */
export async function canRead(world: World, number: number): Promise<boolean> {
  for (const { session, disks } of world.initiator.sessions.values()) {
    const at = disks.findIndex((disk) => disk.number === number);
    if (at < 0) continue;
    return session.units[at]!.disk.read(0, Buffer.alloc(512)).then(
      () => true,
      () => false,
    );
  }
  return false;
}

/** The simulated computer is switched off. */
export async function closeInitiator({ initiator }: World): Promise<void> {
  for (const { session } of initiator.sessions.values()) await session.close();
  initiator.sessions.clear();
}

export const iscsiCmdlets: Readonly<Record<string, Handler>> = {
  'New-IscsiTargetPortal': newPortal,
  'Get-IscsiTargetPortal': async (world) =>
    world.initiator.portals.map(({ address, port }) => ({ TargetPortalAddress: address, TargetPortalPortNumber: port })),
  'Remove-IscsiTargetPortal': async (world, given) => {
    strike(world, 'Remove-IscsiTargetPortal');
    const { initiator } = world;
    initiator.portals = initiator.portals.filter((one) => one.address !== given['Address'] || one.port !== given['Port']);
    return [];
  },
  'Connect-IscsiTarget': connect,
  'Disconnect-IscsiTarget': disconnect,
  'Get-IscsiSession': async ({ initiator }) =>
    [...initiator.sessions].map(([SessionIdentifier, { iqn }]) => ({
      SessionIdentifier,
      TargetNodeAddress: iqn,
      InitiatorNodeAddress: initiatorName,
      IsConnected: true,
      IsPersistent: false,
    })),
  'Get-InitiatorPort': async (world) =>
    takeFault(world, 'Get-InitiatorPort') !== undefined
      ? []
      : [
          { NodeAddress: '2000000000000001', ConnectionType: 'Fibre Channel' },
          { NodeAddress: initiatorName, ConnectionType: 'iSCSI' },
        ],
  'Get-Disk': getDisk,
  'Set-Disk': setDisk,
};
