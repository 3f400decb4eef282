/** The installer of the command line, under Wine: installed silently, upgraded, repaired and removed, each time compared with its manifest. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeInstaller } from '../msi/make.ts';
import { fileIdOf, installedIds } from '../msi/tables.ts';
import { registryKey } from '../msi/wxs.ts';
import { has, outputs } from '../places.ts';
import { filesOf, hashOf, stageCommandLine, writeManifest } from '../stage-cli.ts';
import { fetchWindowsNode } from '../windows-node.ts';
import { openWine, windowsPath, type Wine } from '../wine.ts';
import type { Check } from './check.ts';

type Verified = (what: string) => void;

export const installerCheck: Check = {
  title: 'The installer of the command line, under Wine',
  missing() {
    const lacking = ['wixl', 'msiinfo', 'msibuild', 'wine'].filter((program) => !has(program));
    return lacking.length === 0 ? null : `Debian: wixl, msitools, wine (${lacking.join(', ')} cannot be found)`;
  },
  async act(verified) {
    const folder = await stageCommandLine(await fetchWindowsNode(), 'hostkeep.exe');
    const first = await installerOf(folder, '0.1.0');
    const names = await filesOf(folder);
    const ids = installedIds(first);
    assert.deepEqual(
      names.filter((name) => !ids.has(fileIdOf(name))),
      [],
    );
    assert.equal(ids.size, names.length);
    verified(`the database lists ${names.length} files, those of the staged folder`);
    const place = await mkdtemp(join(tmpdir(), 'hostkeep-wine-'));
    const wine = openWine(place);
    try {
      await installAndRemove(wine, { folder, first }, verified);
    } finally {
      wine.stop();
      await rm(place, { recursive: true, force: true });
    }
  },
};

async function installerOf(folder: string, version: string): Promise<string> {
  return makeInstaller({ folder, version, name: 'command line', to: join(outputs, `check-${version}.msi`) });
}

const environmentKey = 'HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment';
const eventKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Hostkeep';
const ownKey = `HKLM\\${registryKey}`;

async function installAndRemove(
  wine: Wine,
  { folder, first }: { readonly folder: string; readonly first: string },
  verified: Verified,
): Promise<void> {
  const target = join(wine.drive, 'backup tools');
  const data = join(wine.drive, 'ProgramData', 'Hostkeep');
  wine.msiexec('/i', windowsPath(first), 'INSTALLDIR=C:\\backup tools', 'REPOSITORY=\\\\nas\\backup', 'UPDATES=off');
  await assertSame(target, folder);
  verified('it installs silently into the folder that INSTALLDIR names, and lays down what the manifest says');
  const settings = await readFile(join(target, 'machine.ini'), 'latin1');
  assert.match(settings, /\[Hostkeep\]\r?\nRepository=\\\\nas\\backup\r?\nUpdates=off/);
  assert.match(wine.registry(environmentKey, 'PATH') ?? '', /C:\\backup tools\\bin/i);
  assert.equal(wine.registry(ownKey, 'Version'), '0.1.0');
  assert.equal(wine.registry(eventKey, 'TypesSupported'), '0x7');
  verified('REPOSITORY and UPDATES are in machine.ini, bin is on the search path, and the event log knows its source');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'state.db'), 'what was backed up');

  await writeFile(join(folder, 'cli', 'new-in-this-version.js'), '// new\n');
  await rm(join(folder, 'cli', 'main', 'cli', 'demo.js'));
  await writeManifest(folder);
  wine.msiexec('/i', windowsPath(await installerOf(folder, '0.2.0')));
  await assertSame(target, folder);
  assert.equal(wine.registry(ownKey, 'Version'), '0.2.0');
  assert.match(await readFile(join(target, 'machine.ini'), 'latin1'), /Repository=\\\\nas\\backup\r?\nUpdates=off/);
  verified('a newer version takes its place, in the same folder and with the same settings; what it no longer has is gone');
  assert.throws(() => wine.msiexec('/i', windowsPath(first)), 'an older version was taken');
  assert.equal(wine.registry(ownKey, 'Version'), '0.2.0');
  verified('an older version is refused');

  await rm(join(target, 'LICENSE'));
  // Wine's msiexec has no /fa; this is what it stands for.
  wine.msiexec('/i', windowsPath(join(outputs, 'check-0.2.0.msi')), 'REINSTALL=ALL', 'REINSTALLMODE=amus');
  await assertSame(target, folder);
  verified('a repair puts back what was lost');

  wine.msiexec('/x', windowsPath(join(outputs, 'check-0.2.0.msi')));
  assert.deepEqual(existsSync(target) ? await filesOf(target) : [], []);
  assert.equal(wine.registry(ownKey, 'Version'), undefined);
  assert.doesNotMatch(wine.registry(environmentKey, 'PATH') ?? '', /backup tools/i);
  assert.equal(await readFile(join(data, 'state.db'), 'utf8'), 'what was backed up');
  verified('it removes itself, its settings and its place on the search path, and keeps the data');
}

/** But for the settings, which the installer writes. */
async function assertSame(target: string, folder: string): Promise<void> {
  const names = await filesOf(folder);
  assert.deepEqual(
    (await filesOf(target)).filter((name) => name !== 'machine.ini'),
    names,
  );
  for (const name of names) assert.equal(await hashOf(join(target, name)), await hashOf(join(folder, name)), name);
}
