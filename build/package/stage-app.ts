/** The whole product as a folder: the desktop app as electron-builder packs it, and beside it the command line. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { makeIcon } from './icon.ts';
import { isNeeded, runtimeModules } from './modules.ts';
import { outputs, root, run, tools } from './places.ts';
import { writeManifest } from './stage-cli.ts';

/** `electron`: Electron's files for Windows. `cli`: the staged command line. */
export async function stageApp(electron: string, cli: string): Promise<string> {
  await makeIcon();
  await installModules();
  const config = JSON.parse(await readFile(join(root, 'build', 'package', 'electron-builder.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const { $schema: _schema, ...rest } = config;
  const file = join(outputs, 'electron-builder.json');
  await writeFile(file, JSON.stringify({ ...rest, electronDist: electron }));
  run(process.execPath, [
    join(tools, 'node_modules', 'electron-builder', 'cli.js'),
    '--win',
    '--dir',
    '--x64',
    '--publish',
    'never',
    '--projectDir',
    root,
    '--config',
    file,
  ]);
  const folder = join(outputs, 'app');
  await rm(folder, { recursive: true, force: true });
  await cp(join(outputs, 'electron', 'win-unpacked'), folder, { recursive: true });
  await cp(cli, folder, { recursive: true, filter: (from) => !from.endsWith('manifest.json') });
  await writeManifest(folder);
  return folder;
}

/** The packages of the app, as the lock file has them, where electron-builder looks for them. */
async function installModules(): Promise<void> {
  for (const module of await runtimeModules({ shell: true }))
    await cp(join(root, module), join(root, 'dist', 'app', module), {
      recursive: true,
      filter: (from) => isNeeded(relative(root, from)),
    });
}
