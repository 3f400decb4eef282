/** The installers, under Wine: installed silently, upgraded, repaired and removed, each time compared with what was staged. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeInstaller } from '../msi/make.ts';
import { fileIdOf, installedIds } from '../msi/tables.ts';
import { registryKey } from '../msi/wxs.ts';
import { has, outputs, run, version } from '../places.ts';
import { filesOf, hashOf, stageCommandLine, writeManifest } from '../stage-cli.ts';
import { fetchWindowsNode } from '../windows-node.ts';
import { openWine, windowsPath, type Wine } from '../wine.ts';
import type { Check } from './check.ts';

type Verified = (what: string) => void;

function missing(): string | null {
  const lacking = ['wixl', 'msiinfo', 'msibuild', 'wine'].filter((program) => !has(program));
  return lacking.length === 0 ? null : `Debian: wixl, msitools, wine (${lacking.join(', ')} cannot be found)`;
}

export const installerCheck: Check = {
  title: 'The installer of the command line, under Wine',
  missing,
  async act(verified) {
    const folder = await stageCommandLine(await fetchWindowsNode(), 'hostkeep.exe');
    const first = await installerOf(folder, '0.1.0');
    await checkDatabase(first, folder, verified);
    await underWine((wine) => installAndRemove(wine, { folder, first }, verified));
  },
};

export const appInstallerCheck: Check = {
  title: 'The installer of the whole app, under Wine',
  missing,
  async act(verified) {
    const folder = join(outputs, 'app');
    if (!existsSync(join(folder, 'manifest.json'))) throw new Error('the app was not packed: see above');
    const installer = await makeInstaller({ folder, version, name: 'app', to: join(outputs, 'check-app.msi') });
    await checkDatabase(installer, folder, verified);
    await underWine((wine) => installApp(wine, { folder, installer }, verified));
  },
};

async function checkDatabase(installer: string, folder: string, verified: Verified): Promise<void> {
  const names = await filesOf(folder);
  const ids = installedIds(installer);
  assert.deepEqual(
    names.filter((name) => !ids.has(fileIdOf(name))),
    [],
  );
  assert.equal(ids.size, names.length);
  verified(`the database lists ${names.length} files, those of the staged folder`);
  // It lays the icon itself beside.
  const [icon] = run('msiinfo', ['export', installer, 'Icon'], outputs).trimEnd().split(/\r?\n/).slice(3);
  assert.match(icon ?? '', /^Hostkeep\.ico\t/);
  verified('the list of programs shows our icon');
  checkDialogs(installer);
  verified('it has the dialogues for setup, repair and removal, and their pictures; each button leads somewhere');
}

/** Rows of a table, by the names of its columns. */
function rowsOf(installer: string, table: string): readonly Readonly<Record<string, string>>[] {
  const [heading = '', , , ...rows] = run('msiinfo', ['export', installer, table], outputs)
    .replace(/[\r\n]+$/, '')
    .split(/\r?\n/);
  const names = heading.split('\t');
  return rows.map((row) => Object.fromEntries(row.split('\t').map((cell, at) => [names[at]!, cell])));
}

function checkDialogs(installer: string): void {
  const dialogs = new Set(rowsOf(installer, 'Dialog').map((row) => row['Dialog']!));
  const controls = rowsOf(installer, 'Control');
  const events = rowsOf(installer, 'ControlEvent');
  const pictures = new Set(rowsOf(installer, 'Binary').map((row) => row['Name']!));
  const isThere = (dialog: string, control: string): boolean =>
    controls.some((row) => row['Dialog_'] === dialog && row['Control'] === control);
  for (const { Dialog_: dialog = '', Control: name = '', Type: type, Text: text = '', Control_Next: next = '' } of controls) {
    if (type === 'Bitmap') assert.ok(pictures.has(text), `${dialog}: no picture ${text}`);
    if (next !== '') assert.ok(isThere(dialog, next), `${dialog}: ${name} leads to ${next}`);
    if (type === 'PushButton')
      assert.ok(
        events.some((row) => row['Dialog_'] === dialog && row['Control_'] === name),
        `${dialog}: ${name} does nothing`,
      );
  }
  for (const { Event: event = '', Argument: argument = '' } of events)
    if (event.endsWith('Dialog') && event !== 'EndDialog') assert.ok(dialogs.has(argument), `no dialogue ${argument}`);
  const shown = rowsOf(installer, 'InstallUISequence').map((row) => row['Action']!);
  for (const wanted of ['WelcomeDlg', 'MaintenanceDlg', 'ProgressDlg', 'ExitDlg', 'FatalErrorDlg', 'UserExitDlg'])
    assert.ok(shown.includes(wanted) && dialogs.has(wanted), wanted);
}

async function underWine(act: (wine: Wine) => Promise<void>): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'hostkeep-wine-'));
  const wine = openWine(place);
  try {
    await act(wine);
  } finally {
    wine.stop();
    await rm(place, { recursive: true, force: true });
  }
}

/** Of everybody, as Windows does it for the machine; Wine knows the user's own menu only. */
const inStartMenu = async (wine: Wine): Promise<boolean> =>
  (await filesOf(wine.drive)).some((name) => name.endsWith('/Start Menu/Programs/Hostkeep.lnk'));

async function installApp(
  wine: Wine,
  { folder, installer }: { readonly folder: string; readonly installer: string },
  verified: Verified,
): Promise<void> {
  const target = join(wine.drive, 'Program Files', 'Hostkeep');
  wine.msiexec('/i', windowsPath(installer), 'AUTOSTART=1');
  await assertSame(target, folder);
  verified('it installs silently below Program Files, and lays down what the manifest says');
  assert.match(wine.registry(runKey, 'Hostkeep') ?? '', /"?C:\\Program Files\\Hostkeep\\Hostkeep\.exe"? --minimised/);
  assert.ok(await inStartMenu(wine), 'the start menu has no entry');
  assert.match(wine.registry(environmentKey, 'PATH') ?? '', /C:\\Program Files\\Hostkeep\\bin/i);
  verified('AUTOSTART is obeyed, the start menu has its entry, and the command line is on the search path');
  wine.msiexec('/x', windowsPath(installer));
  assert.deepEqual(existsSync(target) ? await filesOf(target) : [], []);
  assert.equal(wine.registry(runKey, 'Hostkeep'), undefined);
  assert.ok(!(await inStartMenu(wine)), 'the start menu keeps its entry');
  verified('it removes itself whole');
  wine.msiexec('/i', windowsPath(installer));
  assert.equal(wine.registry(runKey, 'Hostkeep'), undefined);
  verified('without AUTOSTART nothing starts with Windows');
}

async function installerOf(folder: string, version: string): Promise<string> {
  return makeInstaller({ folder, version, name: 'command line', to: join(outputs, `check-${version}.msi`) });
}

const environmentKey = 'HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment';
const eventKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Hostkeep';
const runKey = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run';
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
  await rm(join(folder, 'cli', 'main', 'engine', 'recovery', 'restore', 'restore-thread.js'));
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
