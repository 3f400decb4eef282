/** The copy that is carried about: a zip of the folder that is installed elsewhere. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './places.ts';
import { writeManifest } from './stage-cli.ts';

/** `machine.ini` of a copy that is carried about: everything stays beside it. */
const portableSettings = '[Hostkeep]\r\nHome=data\r\nUpdates=off\r\n';

/** A folder as a zip, with the settings of a portable copy. */
export async function makePortable(folder: string, to: string): Promise<string> {
  await rm(to, { force: true });
  await writeFile(join(folder, 'machine.ini'), portableSettings);
  await writeManifest(folder);
  run('7z', ['a', '-tzip', '-mx=5', '-bso0', '-bsp0', to, '.'], folder);
  await rm(join(folder, 'machine.ini'));
  await writeManifest(folder);
  return to;
}
