/** The desktop app as electron-builder packs it, with a stand-in for Electron's files where the real ones cannot be had. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root, tools } from '../places.ts';
import { stageApp } from '../stage-app.ts';
import { hashOf, stageCommandLine } from '../stage-cli.ts';
import { electronFolder } from '../stand-in.ts';
import { fetchWindowsNode } from '../windows-node.ts';
import type { Check } from './check.ts';

interface Asar {
  listPackage(archive: string, options: object): readonly string[];
  extractFile(archive: string, name: string): Buffer;
  getRawHeader(archive: string): { readonly headerString: string };
}

export const appCheck: Check = {
  title: 'The desktop app, packed for Windows',
  missing: () => null,
  async act(verified) {
    const { folder: electron, real } = await electronFolder();
    const folder = await stageApp(electron, await stageCommandLine(await fetchWindowsNode(), 'hostkeep.exe'));
    verified(`electron-builder packed it, with ${real ? "Electron's own files" : 'a stand-in for the files of Electron'}`);
    const asar = (await import(createRequire(join(tools, 'package.json')).resolve('@electron/asar'))) as Asar;
    const archive = join(folder, 'resources', 'app.asar');
    const names = asar.listPackage(archive, {}).map((name) => name.replaceAll('\\', '/'));
    for (const wanted of [
      '/main/electron/main.js',
      '/main/electron/preload.cjs',
      '/dist/renderer/index.html',
      '/main/host/script-hashes.json',
    ])
      assert.ok(names.includes(wanted), wanted);
    assert.deepEqual(
      names.filter((name) => /\.(ts|map)$/.test(name) && !name.endsWith('.d.ts')),
      [],
    );
    verified(`app.asar holds main, preload, renderer and the hashes of scripts: ${names.length} entries`);
    const hashes = JSON.parse(asar.extractFile(archive, 'main/host/script-hashes.json').toString()) as Record<string, string>;
    for (const [name, hash] of Object.entries(hashes))
      assert.equal(await hashOf(join(folder, 'resources', 'app.asar.unpacked', 'main', 'host', name)), hash, name);
    verified(`${Object.keys(hashes).length} scripts lie outside the archive, each with the hash that is in it`);
    await checkProgram(folder, { asar, archive, verified });
  },
};

async function checkProgram(
  folder: string,
  { asar, archive, verified }: { readonly asar: Asar; readonly archive: string; readonly verified: (what: string) => void },
): Promise<void> {
  const program = join(folder, 'Hostkeep.exe');
  const bytes = await readFile(program);
  const header = createHash('sha256').update(asar.getRawHeader(archive).headerString).digest('hex');
  assert.ok(bytes.includes(header), 'the hash of the archive is not in the program');
  verified('the hash of the archive is in Hostkeep.exe');
  const { getCurrentFuseWire } = (await import(createRequire(join(tools, 'package.json')).resolve('@electron/fuses'))) as {
    getCurrentFuseWire(path: string): Promise<Readonly<Record<string, unknown>>>;
  };
  const wire = await getCurrentFuseWire(program);
  const wanted = JSON.parse(await readFile(join(root, 'build', 'package', 'electron-builder.json'), 'utf8')) as {
    readonly electronFuses: Readonly<Record<string, boolean>>;
  };
  const places = [
    'runAsNode',
    'enableCookieEncryption',
    'enableNodeOptionsEnvironmentVariable',
    'enableNodeCliInspectArguments',
    'enableEmbeddedAsarIntegrityValidation',
    'onlyLoadAppFromAsar',
    'loadBrowserProcessSpecificV8Snapshot',
    'grantFileProtocolExtraPrivileges',
  ];
  for (const [place, name] of places.entries())
    assert.equal(wire[String(place)], wanted.electronFuses[name] === true ? 0x31 : 0x30, name);
  verified(`${places.length} fuses are as the configuration has them`);
  for (const text of ['Hostkeep', 'ProductName']) assert.ok(bytes.includes(Buffer.from(text, 'utf16le')), text);
  verified('name and version are among the resources of Hostkeep.exe');
  const command = await readFile(join(folder, 'bin', 'hostkeep.exe'));
  const icon = await readFile(join(root, 'assets', 'icons', 'hostkeep-256.png'));
  for (const [what, found] of Object.entries({ 'Hostkeep.exe': bytes, 'bin/hostkeep.exe': command }))
    assert.ok(found.includes(icon), `${what} has not our icon`);
  assert.ok(command.includes(Buffer.from('Hostkeep command line', 'utf16le')));
  verified('both programs have our icon, and hostkeep.exe says what it is');
  const notices = await readFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const shipped of ['commander', 'electron-store', 'react-dom', 'recharts'])
    assert.match(notices, new RegExp(`^${shipped} \\d`, 'm'));
  for (const shipped of [/^Node\.js 24\./m, /OpenSSL/, /V8, located at deps/, /zstd/i]) assert.match(notices, shipped);
  verified('the licences of what is shipped, that of Node among them, are in THIRD-PARTY-NOTICES.txt');
}
