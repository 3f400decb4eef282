/** Finds the app's entry as Electron does: by the `main` of its package.json. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { becomeReady, setAppFolder } from './app.ts';
import { listenToTests } from './remote.ts';

const folder = resolve(process.argv[2]!);
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly main: string };
process.argv = [process.execPath, folder, ...process.argv.slice(3)];
setAppFolder(folder);
listenToTests();
await import(pathToFileURL(join(folder, main)).href);
becomeReady();
