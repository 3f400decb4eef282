/**
 * `hostkeep.exe`: a console program, which the windowed app cannot be on Windows. It is Node with one script in it that hands over to
 * the app's command line, so that it starts in a third of the time and needs no desktop.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { branded } from './brand.ts';
import { outputs, run, tools } from './places.ts';
import { unsigned } from './unsigned.ts';

/** From the program to the entry of the command line, for both layouts: beside the app's archive, and alone. */
const entry = ['..', 'cli', 'main', 'cli', 'hostkeep.js'];

const script = `const { dirname, join } = require('node:path');
process.argv[1] = join(dirname(process.execPath), ${entry.map((part) => `'${part}'`).join(', ')});
require('node:module').runMain();
`;

/** By this the injected script is found; the value is Node's. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Makes a program of a Node, whichever system it is for. */
export async function makeConsoleProgram(node: string, to: string): Promise<void> {
  const folder = join(outputs, 'console');
  await mkdir(folder, { recursive: true });
  await mkdir(dirname(to), { recursive: true });
  const blob = join(folder, 'hostkeep.blob');
  await writeFile(join(folder, 'hostkeep.cjs'), script);
  const plan = { main: join(folder, 'hostkeep.cjs'), output: blob, disableExperimentalSEAWarning: true };
  await writeFile(join(folder, 'sea.json'), JSON.stringify({ ...plan, useSnapshot: false, useCodeCache: false }));
  run(process.execPath, ['--experimental-sea-config', join(folder, 'sea.json')]);
  await writeFile(to, await branded(unsigned(await readFile(node)), 'Hostkeep command line'));
  await chmod(to, 0o755);
  run(process.execPath, [
    join(tools, 'node_modules', 'postject', 'dist', 'cli.js'),
    to,
    'NODE_SEA_BLOB',
    blob,
    '--sentinel-fuse',
    fuse,
  ]);
}
