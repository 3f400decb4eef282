/** The source of the installer, as wixl takes it: one component a file, and what the registry gets. */
import { createHash } from 'node:crypto';
import { folderOf } from '../stage-cli.ts';

export interface InstallerWish {
  readonly version: string;
  readonly name: string;
  /** Folder whose files are installed, from where the source lies, and their names with forward slashes. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Of the product in the list of programs; from where the source lies. */
  readonly icon: string;
}

/** Never changes: by it Windows knows that a newer version is the same product. */
export const upgradeCode = '5C6B4C0E-9A3B-4E0E-8B5B-6A1C1E0D7F21';

/** What `/qn` takes, and the name in the registry under which the next version finds it again. */
export const remembered = [
  { property: 'INSTALLDIR', value: 'InstallFolder' },
  { property: 'REPOSITORY', value: 'Repository' },
  { property: 'UPDATES', value: 'Updates' },
  { property: 'AUTOSTART', value: 'Autostart' },
] as const;
/** Without it there is nothing to start with Windows, and nothing for the start menu. */
export const desktopProgram = 'Hostkeep.exe';
export const registryKey = 'Software\\Hostkeep';

export function installerSource({ version, name, folder, files, icon }: InstallerWish): string {
  const tree = treeOf(files);
  const desktop = files.includes(desktopProgram);
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="${guidOf(`product ${name} ${version}`)}" Name="Hostkeep" Manufacturer="Hostkeep" Language="1033" Version="${version}" UpgradeCode="${upgradeCode}">
    <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine" Description="Backup of Hyper-V virtual machines from the host"/>
    <Media Id="1" Cabinet="hostkeep.cab" EmbedCab="yes"/>
    <Upgrade Id="${upgradeCode}">
      <UpgradeVersion Minimum="0.0.0" Maximum="${version}" IncludeMinimum="yes" IncludeMaximum="yes" OnlyDetect="no" Property="OLDERVERSION"/>
      <UpgradeVersion Minimum="${version}" IncludeMinimum="no" OnlyDetect="yes" Property="NEWERVERSION"/>
    </Upgrade>
    <InstallExecuteSequence><RemoveExistingProducts After="InstallInitialize"/></InstallExecuteSequence>
    <Property Id="ARPNOMODIFY" Value="1"/>
    <Property Id="ARPPRODUCTICON" Value="Hostkeep.ico"/>
    <Icon Id="Hostkeep.ico" SourceFile="${text(icon)}"/>
    <Binary Id="Dialog" SourceFile="dialog.bmp"/>
    <Binary Id="Banner" SourceFile="banner.bmp"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramMenuFolder" Name="Programs"/>
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="INSTALLDIR" Name="Hostkeep">
${directoryXml(tree, { folder, name }, '          ')}
          <Component Id="Settings" Guid="${guidOf(`${name} settings`)}" Win64="yes">
            <RegistryKey Root="HKLM" Key="Software\\Hostkeep">
              <RegistryValue Name="Version" Type="string" Value="${version}" KeyPath="yes"/>
${remembered.map(({ property, value }) => `              <RegistryValue Name="${value}" Type="string" Value="[${property}]"/>`).join('\n')}
            </RegistryKey>
            <RegistryKey Root="HKLM" Key="SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Hostkeep">
              <RegistryValue Name="EventMessageFile" Type="string" Value="[WindowsFolder]Microsoft.NET\\Framework64\\v4.0.30319\\EventLogMessages.dll"/>
              <RegistryValue Name="TypesSupported" Type="integer" Value="7"/>
            </RegistryKey>
          </Component>
${desktop ? autostart : ''}        </Directory>
      </Directory>
    </Directory>
    <Feature Id="Main" Title="Hostkeep" Level="1">
${files.map((file) => `      <ComponentRef Id="${idOf('c', file)}"/>`).join('\n')}
      <ComponentRef Id="Settings"/>
${desktop ? '      <ComponentRef Id="Autostart"/>' : ''}
    </Feature>
  </Product>
</Wix>
`;
}

const shortcut =
  '<Shortcut Id="StartMenu" Directory="ProgramMenuFolder" Name="Hostkeep" WorkingDirectory="INSTALLDIR" Advertise="no"/>';

const autostart = `          <Component Id="Autostart" Guid="${guidOf('app autostart')}" Win64="yes">
            <RegistryKey Root="HKLM" Key="Software\\Microsoft\\Windows\\CurrentVersion\\Run">
              <RegistryValue Name="Hostkeep" Type="string" Value="&quot;[INSTALLDIR]Hostkeep.exe&quot; --minimised" KeyPath="yes"/>
            </RegistryKey>
          </Component>
`;

interface Tree {
  readonly files: string[];
  readonly folders: Map<string, Tree>;
}

function treeOf(files: readonly string[]): Tree {
  const top: Tree = { files: [], folders: new Map() };
  for (const file of files) {
    let at = top;
    for (const part of folderOf(file).split('/').filter(Boolean)) {
      const next = at.folders.get(part) ?? { files: [], folders: new Map() };
      at.folders.set(part, next);
      at = next;
    }
    at.files.push(file);
  }
  return top;
}

function directoryXml(tree: Tree, of: { readonly folder: string; readonly name: string }, indent: string, path = ''): string {
  const files = tree.files.map(
    (file) =>
      `${indent}<Component Id="${idOf('c', file)}" Guid="${guidOf(`${of.name} ${file}`)}" Win64="yes"><File Id="${idOf('f', file)}" Name="${text(file.slice(path.length))}" Source="${text(`${of.folder}/${file}`)}" KeyPath="yes">${file === desktopProgram ? shortcut : ''}</File></Component>`,
  );
  const folders = [...tree.folders].map(([name, below]) => {
    const inner = directoryXml(below, of, `${indent}  `, `${path}${name}/`);
    return `${indent}<Directory Id="${idOf('d', `${path}${name}`)}" Name="${text(name)}">\n${inner}\n${indent}</Directory>`;
  });
  return [...files, ...folders].join('\n');
}

/** Ids of Windows Installer are short and of few letters. */
export function idOf(kind: 'c' | 'd' | 'f', name: string): string {
  return `${kind}${createHash('sha256').update(name).digest('hex').slice(0, 30)}`;
}

/** The same for the same name, whoever builds it: so a component of one version is that of the next. */
export function guidOf(name: string): string {
  const hex = createHash('sha256').update(`hostkeep ${name}`).digest('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
