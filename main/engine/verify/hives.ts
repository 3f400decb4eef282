import { checkHive, readHiveLog } from '#engine/objects';
import { bytesOf } from '#engine/recovery/objects';
import type { FileNode } from '../formats/file-system.ts';
import { says } from './findings.ts';
import { findPath, listOf } from './find-file.ts';
import type { ReadableVolume } from './volumes.ts';
import { stopWhenCancelled, type Work } from './watch.ts';

const machineHives = ['SYSTEM', 'SOFTWARE', 'SAM', 'SECURITY', 'DEFAULT'].map(
  (name) => ['Windows/System32/config', name] as const,
);
const bootHives = [
  ['EFI/Microsoft/Boot', 'BCD'],
  ['Boot', 'BCD'],
] as const;
const mostUsers = 50;

/** The hives that Windows needs, and those of its users, by their whole structure. */
export async function checkHives(work: Work, volumes: readonly ReadableVolume[]): Promise<void> {
  for (const volume of volumes) {
    try {
      for (const [folder, name] of [...machineHives, ...bootHives, ...(await userHives(work, volume))]) {
        stopWhenCancelled(work);
        const node = await findPath(volume.system, `${folder}/${name}`);
        if (node?.type === 'file') await checkOne(work, volume, { folder, node });
      }
    } catch (error) {
      work.found.fault('registry-hive', volume.path, error);
    }
  }
}

async function userHives(work: Work, volume: ReadableVolume): Promise<readonly (readonly [string, string])[]> {
  const users = await listOf(volume.system, 'Users', (error) => work.found.fault('registry-hive', `${volume.path}/Users`, error));
  return users
    .filter(({ type }) => type === 'folder')
    .slice(0, mostUsers)
    .map(({ name }) => [`Users/${name}`, 'NTUSER.DAT'] as const);
}

async function checkOne(
  work: Work,
  volume: ReadableVolume,
  { folder, node }: { readonly folder: string; readonly node: FileNode },
): Promise<void> {
  const subject = `${volume.path}/${folder}/${node.name}`;
  try {
    const { state, cells } = await checkHive(bytesOf(volume.system, node), work.signal);
    const sound = { cells, version: state.version };
    if (!state.dirty) work.found.add('registry-hive', subject, 'passed', says('hive-sound', sound));
    else if (await hasLog(volume, folder, node.name)) work.found.add('registry-hive', subject, 'passed', says('hive-log', sound));
    else work.found.add('registry-hive', subject, 'warning', says('hive-no-log', sound));
  } catch (error) {
    work.found.fault('registry-hive', subject, error);
  }
}

async function hasLog({ system }: ReadableVolume, folder: string, name: string): Promise<boolean> {
  for (const ending of ['.LOG1', '.LOG2', '.LOG']) {
    const node = await findPath(system, `${folder}/${name}${ending}`);
    if (node?.type === 'file' && node.unreadable === null && (await readHiveLog(bytesOf(system, node))) !== undefined)
      return true;
  }
  return false;
}
