/** What wixl cannot say, added to the finished database: the search path, the settings file, conditions, their actions, and the dialogues. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../places.ts';
import { dialogs, uiProperties, uiSequence } from './dialogs/index.ts';
import { dialogTables } from './dialogs/tables.ts';
import type { Table } from './table.ts';
import { desktopProgram, idOf, registryKey, remembered } from './wxs.ts';

/** Written into machine.ini, which every process of ours reads; see main/service/machine-settings.ts. */
const settings: readonly (readonly [id: string, key: string, value: string])[] = [
  ['IniRepository', 'Repository', '[REPOSITORY]'],
  ['IniUpdates', 'Updates', '[UPDATES]'],
];

const tables: readonly Table[] = [
  {
    name: 'Environment',
    columns: ['Environment', 'Name', 'Value', 'Component_'],
    types: ['s72', 'l255', 'L255', 's72'],
    keys: ['Environment'],
    // `=` sets it, `-` takes it away when the product goes, `*` of the machine; `[~];` keeps what is there.
    rows: [['Path', '=-*PATH', '[~];[INSTALLDIR]bin', 'Settings']],
  },
  {
    name: 'RemoveFile',
    columns: ['FileKey', 'Component_', 'FileName', 'DirProperty', 'InstallMode'],
    types: ['s72', 's72', 'L255', 's72', 'i2'],
    keys: ['FileKey'],
    // Mode 2: when the product goes. An emptied settings file would keep the folder.
    rows: [['Settings', 'Settings', 'machine.ini', 'INSTALLDIR', '2']],
  },
  {
    name: 'LaunchCondition',
    columns: ['Condition', 'Description'],
    types: ['s255', 'l255'],
    keys: ['Condition'],
    rows: [['NOT NEWERVERSION', 'A newer version of Hostkeep is installed.']],
  },
  {
    name: 'IniFile',
    columns: ['IniFile', 'FileName', 'DirProperty', 'Section', 'Key', 'Value', 'Action', 'Component_'],
    types: ['s72', 'l255', 'S72', 'l96', 'l128', 'l255', 'i2', 's72'],
    keys: ['IniFile'],
    rows: settings.map(([id, key, value]) => [id, 'machine.ini', 'INSTALLDIR', 'Hostkeep', key, value, '0', 'Settings']),
  },
];

/** What an earlier version was told is found in the registry, and counts where this installation is told nothing else. */
const remembering: readonly Table[] = [
  {
    name: 'RegLocator',
    columns: ['Signature_', 'Root', 'Key', 'Name', 'Type'],
    types: ['s72', 'i2', 's255', 'S255', 'I2'],
    keys: ['Signature_'],
    // Root 2 is HKEY_LOCAL_MACHINE; type 18 a value of the 64-bit registry as it is.
    rows: remembered.map(({ property, value }) => [`Find${property}`, '2', registryKey, value, '18']),
  },
  {
    name: 'AppSearch',
    columns: ['Property', 'Signature_'],
    types: ['s72', 's72'],
    keys: ['Property', 'Signature_'],
    rows: remembered.map(({ property }) => [`OLD${property}`, `Find${property}`]),
  },
  {
    name: 'CustomAction',
    columns: ['Action', 'Type', 'Source', 'Target'],
    types: ['s72', 'i2', 'S72', 'S255'],
    keys: ['Action'],
    // Type 51 sets a property; 256: once, where there are dialogues before them, so that what was emptied there stays empty.
    rows: [
      ...remembered.map(({ property }) => [`Keep${property}`, String(51 + 256), property, `[OLD${property}]`]),
      // Type 34 starts a program; 1024 and 2048: in its turn, with the rights of the system; 64: removal goes on should it fail.
      ['ClearTasks', String(34 + 1024 + 2048 + 64), 'INSTALLDIR', '"[INSTALLDIR]bin\\hostkeep.exe" scheduler clear'],
    ],
  },
];

const actions: readonly (readonly [action: string, sequence: number, condition?: string])[] = [
  ['AppSearch', 50],
  ['LaunchConditions', 100],
  ...remembered.map(({ property }, at) => [`Keep${property}`, 60 + at, `NOT ${property} AND OLD${property}`] as const),
  // When the product goes for good, and while its programs are still there: tasks would start nothing any more.
  ['ClearTasks', 2000, 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE'],
  ['RemoveIniValues', 3000],
  ['RemoveEnvironmentStrings', 3300],
  ['WriteIniValues', 5100],
  ['WriteEnvironmentStrings', 5200],
];

/** Adds what wixl has not put there itself. */
function addActions(msi: string, work: string, table: string, wanted: typeof actions): Promise<void> {
  return addRows(
    msi,
    work,
    table,
    wanted.map(([action, at, condition = '']) => [action, condition, String(at)]),
  );
}

/** A row whose first cell is there already stays as it is. */
async function addRows(msi: string, work: string, table: string, rows: readonly (readonly string[])[]): Promise<void> {
  const before = run('msiinfo', ['export', msi, table]).replace(/[\r\n]+$/, '');
  const there = new Set(before.split(/\r?\n/).map((line) => line.split('\t')[0]));
  const added = rows.filter(([key = '']) => !there.has(key)).map((row) => row.join('\t'));
  await importText(msi, work, [before, ...added].join('\r\n'));
}

/** `work`: a folder for the tables on their way. `files`: what is installed. */
export async function addTables(msi: string, work: string, files: readonly string[]): Promise<void> {
  const desktop = files.includes(desktopProgram);
  for (const table of [...tables, ...remembering]) await importTable(msi, work, table);
  await addActions(msi, work, 'InstallExecuteSequence', actions);
  for (const table of dialogTables(dialogs(desktop), desktop)) await importTable(msi, work, table);
  await addActions(msi, work, 'InstallUISequence', uiSequence);
  await addRows(msi, work, 'Property', uiProperties);
  await trimKeys(msi, work);
  await changeCells(msi, work, { table: 'Component', row: 'Autostart', column: 'Condition', value: 'AUTOSTART="1"' });
  // wixl makes an advertised one of it, which names a feature.
  await changeCells(msi, work, { table: 'Shortcut', row: 'StartMenu', column: 'Target', value: '[INSTALLDIR]Hostkeep.exe' });
  // What an administrator gives on the command line reaches the part that runs with rights.
  const secure = [...remembered.map(({ property }) => property), 'NEWERVERSION', 'OLDERVERSION'].sort().join(';');
  await changeCells(msi, work, { table: 'Property', row: 'SecureCustomProperties', column: 'Value', value: secure });
}

/** wixl ends keys with a backslash, which the registry takes and other tools do not find. */
async function trimKeys(msi: string, work: string): Promise<void> {
  const [heading = '', ...rest] = run('msiinfo', ['export', msi, 'Registry']).trimEnd().split(/\r?\n/);
  const at = heading.split('\t').indexOf('Key');
  const trimmed = rest.map((line) => {
    const cells = line.split('\t');
    const key = cells[at]; // the line of types and that of keys have none of a path
    return key === undefined ? line : cells.with(at, key.replace(/\\$/, '')).join('\t');
  });
  await importText(msi, work, [heading, ...trimmed].join('\r\n'));
}

interface CellChange {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly value: string;
}

async function changeCells(msi: string, work: string, { table, row, column, value }: CellChange): Promise<void> {
  // A row may end in cells that hold nothing.
  const [heading = '', ...rest] = run('msiinfo', ['export', msi, table])
    .replace(/[\r\n]+$/, '')
    .split(/\r?\n/);
  const at = heading.split('\t').indexOf(column);
  const changed = rest.map((line) => {
    const cells = line.split('\t');
    return cells[0] === row ? cells.with(at, value).join('\t') : line;
  });
  await importText(msi, work, [heading, ...changed].join('\r\n'));
}

async function importTable(msi: string, work: string, { name, columns, types, keys, rows }: Table): Promise<void> {
  const lines = [columns.join('\t'), types.join('\t'), [name, ...keys].join('\t'), ...rows.map((row) => row.join('\t'))];
  await importText(msi, work, lines.join('\r\n'));
}

async function importText(msi: string, work: string, text: string): Promise<void> {
  const file = join(work, 'table.idt');
  await writeFile(file, `${text}\r\n`);
  run('msibuild', [msi, '-i', file]);
}

/** Names of the files that the database installs, by their ids. */
export function installedIds(msi: string): ReadonlySet<string> {
  const lines = run('msiinfo', ['export', msi, 'File']).split(/\r?\n/).slice(3);
  return new Set(lines.filter((line) => line !== '').map((line) => line.split('\t')[0]!));
}

export const fileIdOf = (name: string): string => idOf('f', name);
