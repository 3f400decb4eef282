import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeIcon } from '../icon.ts';
import { run } from '../places.ts';
import { filesOf } from '../stage-cli.ts';
import { makePictures } from './pictures.ts';
import { addTables } from './tables.ts';
import { installerSource } from './wxs.ts';

export interface InstallerPlan {
  /** Everything in it is installed. */
  readonly folder: string;
  readonly version: string;
  /** Of the flavour: that of the command line alone, or of the whole app. */
  readonly name: string;
  readonly to: string;
}

/** Makes the installer with msitools (Debian: `wixl`). */
export async function makeInstaller({ folder, version, name, to }: InstallerPlan): Promise<string> {
  const work = `${to}.work`;
  await mkdir(work, { recursive: true });
  await mkdir(dirname(to), { recursive: true });
  const source = join(work, 'hostkeep.wxs');
  const icon = relative(work, await makeIcon());
  await makePictures(work);
  const files = await filesOf(folder);
  await writeFile(source, installerSource({ version, name, icon, folder: relative(work, folder), files }));
  await rm(to, { force: true });
  run('wixl', ['--arch', 'x64', '-o', to, 'hostkeep.wxs'], work);
  await addTables(to, work, files);
  await rm(work, { recursive: true });
  return to;
}
