/**
 * `npm run package`: the installers and the portable copy, in dist/package. Needs Debian's `wixl`; Electron for Windows is taken from the
 * folder that HOSTKEEP_ELECTRON_WINDOWS names, and without it only the command line is packed.
 */
import { join, resolve } from 'node:path';
import { makeInstaller } from './msi/make.ts';
import { installTools, outputs, version } from './places.ts';
import { makePortable } from './portable.ts';
import { stageApp } from './stage-app.ts';
import { stageCommandLine } from './stage-cli.ts';
import { fetchWindowsNode } from './windows-node.ts';

const electron = process.env['HOSTKEEP_ELECTRON_WINDOWS'];

await installTools();
const place = (name: string): string => join(outputs, name);

/** The whole app, from a folder that somebody has staged and signed. */
async function packApp(folder: string): Promise<readonly string[]> {
  return [
    await makeInstaller({ folder, version, name: 'app', to: place(`hostkeep-${version}-x64.msi`) }),
    await makePortable(folder, place(`hostkeep-${version}-x64-portable.zip`)),
  ];
}

async function packCommandLine(folder: string): Promise<readonly string[]> {
  return [
    await makeInstaller({ folder, version, name: 'command line', to: place(`hostkeep-cli-${version}-x64.msi`) }),
    await makePortable(folder, place(`hostkeep-cli-${version}-x64-portable.zip`)),
  ];
}

async function pack(): Promise<readonly string[]> {
  const staged = process.argv.indexOf('--staged');
  if (staged !== -1) return packApp(resolve(process.argv[staged + 1] ?? ''));
  const cli = await stageCommandLine(await fetchWindowsNode(), 'hostkeep.exe');
  return electron === undefined ? packCommandLine(cli) : packApp(await stageApp(electron, cli));
}

process.stdout.write(`${(await pack()).join('\n')}\n`);
