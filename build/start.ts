/** `npm start`: the desktop app where Electron's binary is or can be had; otherwise the same console in a browser, and one line that says so. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileApp } from './app/compile.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const electron = join(root, 'node_modules', 'electron');
const patienceMs = 120_000;

/** The binary, downloaded once if it can be. */
function electronBinary(): string | null {
  const given = process.env['HOSTKEEP_ELECTRON'];
  if (given !== undefined) return existsSync(given) ? given : null;
  const found = binaryIn(electron);
  if (found !== null || !existsSync(electron)) return found;
  spawnSync(process.execPath, [join(electron, 'install.js')], { stdio: 'ignore', timeout: patienceMs });
  return binaryIn(electron);
}

function binaryIn(folder: string): string | null {
  const note = join(folder, 'path.txt');
  if (!existsSync(note)) return null;
  const binary = join(folder, 'dist', readFileSync(note, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

const binary = electronBinary();
const app = await compileApp();
const rest = process.argv.slice(2);
if (binary === null)
  process.stdout.write(
    "Electron's binary cannot be had here, so the console opens in a browser instead: the same pages, the same runs.\n",
  );
const [file, parameters] =
  binary === null ? [process.execPath, [join(root, 'main', 'cli', 'hostkeep.js'), 'serve', ...rest]] : [binary, [app, ...rest]];
const child = spawn(file, parameters, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
