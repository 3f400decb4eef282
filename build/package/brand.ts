/** Icon and version of a Windows program: what the task list, Explorer and the prompt for rights show. Electron's program gets them from electron-builder. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { makeIcon } from './icon.ts';
import { tools, version } from './places.ts';

/** What of resedit and pe-library is used here. */
interface Resources {
  readonly entries: readonly { readonly type: number | string; readonly id: number | string; readonly lang: number | string }[];
  outputResource(program: Program): void;
}
interface Program {
  generate(): ArrayBuffer;
}
interface VersionInfo {
  setFileVersion(version: string, lang: number): void;
  setProductVersion(version: string, lang: number): void;
  setStringValues(of: { lang: number; codepage: number }, values: Readonly<Record<string, string>>): void;
  outputToResourceEntries(entries: Resources['entries']): void;
}
interface PeLibrary {
  readonly NtExecutable: { from(bytes: Buffer): Program };
  readonly NtExecutableResource: { from(program: Program): Resources };
}
interface ResEdit {
  readonly Data: { readonly IconFile: { from(bytes: Buffer): { readonly icons: readonly { readonly data: unknown }[] } } };
  readonly Resource: {
    readonly IconGroupEntry: {
      replaceIconsForResource(
        entries: Resources['entries'],
        group: number | string,
        lang: number | string,
        icons: readonly unknown[],
      ): void;
    };
    readonly VersionInfo: { fromEntries(entries: Resources['entries']): readonly VersionInfo[] };
  };
}

const iconGroup = 14;
const english = { lang: 1033, codepage: 1200 } as const;

/** A program of another system comes back as it is. */
export async function branded(program: Buffer, description: string): Promise<Buffer> {
  if (program.readUInt16LE(0) !== 0x5a4d) return program;
  const require = createRequire(join(tools, 'package.json'));
  const library = require('pe-library') as PeLibrary;
  const editor = require('resedit') as ResEdit;
  const executable = library.NtExecutable.from(program);
  const resources = library.NtExecutableResource.from(executable);
  const icons = editor.Data.IconFile.from(await readFile(await makeIcon())).icons.map((icon) => icon.data);
  const { id, lang } = resources.entries.find((entry) => entry.type === iconGroup) ?? { id: 1, lang: english.lang };
  editor.Resource.IconGroupEntry.replaceIconsForResource(resources.entries, id, lang, icons);
  const [info] = editor.Resource.VersionInfo.fromEntries(resources.entries);
  if (info === undefined) throw new Error('the program has no version among its resources');
  info.setFileVersion(version, english.lang);
  info.setProductVersion(version, english.lang);
  info.setStringValues(english, {
    CompanyName: 'Hostkeep',
    FileDescription: description,
    InternalName: 'hostkeep',
    LegalCopyright: 'MIT',
    OriginalFilename: 'hostkeep.exe',
    ProductName: 'Hostkeep',
  });
  info.outputToResourceEntries(resources.entries);
  resources.outputResource(executable);
  return Buffer.from(executable.generate());
}
