/** The command line as a folder: program, bundles, scripts, assets, and the list of it all with hashes. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isInCommandLine } from '../app/bundle.ts';
import { compileApp } from '../app/compile.ts';
import { makeConsoleProgram } from './console-exe.ts';
import { rendererModules, runtimeModules } from './modules.ts';
import { thirdPartyNotices } from './notices.ts';
import { outputs, root } from './places.ts';

/** What lies in the installed folder, as `manifest.json` says it. */
export interface PackageManifest {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

/** `node`: the Node that the program is made of; its system is that of the package. */
export async function stageCommandLine(node: string, program: string, folder = join(outputs, 'cli')): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  const cli = join(folder, 'cli');
  await mkdir(cli, { recursive: true });
  const app = await compileApp();
  for (const name of (await filesOf(join(app, 'main'))).map((file) => `main/${file}`).filter(isInCommandLine))
    await cp(join(app, name), join(cli, name));
  for (const part of ['assets/lab', 'dist/renderer']) await cp(join(app, part), join(cli, part), { recursive: true });
  await writeFile(join(cli, 'package.json'), await readFile(join(app, 'package.json')));
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  // What the window is made of is in it as well.
  const shipped = [...new Set([...(await runtimeModules({ shell: true })), ...(await rendererModules())])].sort();
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(shipped));
  await makeConsoleProgram(node, join(folder, 'bin', program));
  await writeManifest(folder);
  return folder;
}

/** Written last; names every file but itself. */
export async function writeManifest(folder: string): Promise<PackageManifest> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const files: Record<string, string> = {};
  for (const name of await filesOf(folder)) if (name !== 'manifest.json') files[name] = await hashOf(join(folder, name));
  const manifest = { version, files };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}

/** Names with forward slashes, in order. */
export async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

export async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** Of `a/b/c`: `a/b`; of `a`: nothing. */
export function folderOf(name: string): string {
  const folder = dirname(name);
  return folder === '.' ? '' : folder;
}
