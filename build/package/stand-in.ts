/**
 * A folder that looks to electron-builder like Electron for Windows, where the real one cannot be had: a real PE program (Node's), the wire of
 * fuses behind it, and the files that Electron puts beside. It packs, and never runs.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, run, tools } from './places.ts';
import { unsigned } from './unsigned.ts';
import { fetchWindowsNode } from './windows-node.ts';

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Version of the wire, its length, then a state for every fuse: 0x30 off, 0x31 on. */
const wire = Buffer.from([1, 9, 0x31, 0x30, 0x31, 0x31, 0x30, 0x30, 0x30, 0x31, 0x30]);

export async function makeStandIn(): Promise<string> {
  const folder = join(cache, 'electron-stand-in');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'resources'), { recursive: true });
  await mkdir(join(folder, 'locales'), { recursive: true });
  await writeFile(
    join(folder, 'electron.exe'),
    Buffer.concat([unsigned(await readFile(await fetchWindowsNode())), Buffer.from(sentinel, 'ascii'), wire]),
  );
  for (const locale of ['en-US', 'de', 'fr']) await writeFile(join(folder, 'locales', `${locale}.pak`), locale);
  const defaultApp = join(cache, 'default-app');
  await mkdir(defaultApp, { recursive: true });
  await writeFile(join(defaultApp, 'main.js'), '// not used\n');
  const cli = join(tools, 'node_modules', '@electron', 'asar', 'bin', 'asar.mjs');
  run(process.execPath, [cli, 'pack', defaultApp, join(folder, 'resources', 'default_app.asar')]);
  await writeFile(join(folder, 'version'), '45.4.1');
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'resources.pak', 'ffmpeg.dll'])
    await writeFile(join(folder, name), name);
  return folder;
}

/** Where the real one was unpacked by whoever could download it. */
export async function electronFolder(): Promise<{ readonly folder: string; readonly real: boolean }> {
  const given = process.env['HOSTKEEP_ELECTRON_WINDOWS'];
  if (given !== undefined) return { folder: given, real: true };
  return { folder: await makeStandIn(), real: false };
}
