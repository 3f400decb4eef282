/**
 * What the installer was told for everybody on this computer: `machine.ini` in the installed folder, which only administrators can
 * write. A portable copy has one that names its home. Elsewhere there is none, and nothing is preset.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import { HostkeepError } from '#contract';

export interface MachineSettings {
  /** The repository where a command names none. */
  readonly repository: string | null;
  /** Where state lies when nobody says otherwise. */
  readonly home: string | null;
  /** Whether the desktop app may look for new versions. */
  readonly updates: boolean;
}

const none: MachineSettings = { repository: null, home: null, updates: true };
const limit = 64 * 1024;

/** @throws HostkeepError input/invalid when the file is none of ours */
export function machineSettings(folder: string | null = installedFolder()): MachineSettings {
  if (folder === null) return none;
  const text = readSettings(join(folder, 'machine.ini'));
  if (text === null) return none;
  const values = parseIni(text);
  const of = (key: string): string | null => values.get(key) ?? null;
  const home = of('home');
  return {
    repository: of('repository'),
    home: home === null ? null : resolve(folder, home),
    updates: of('updates')?.toLowerCase() !== 'off',
  };
}

/** Of the packaged programs: `bin/hostkeep`, and the desktop app with its archive. Null where sources run. */
export function installedFolder(): string | null {
  if (isSea()) return dirname(dirname(process.execPath));
  return /^(.*)[\\/]resources[\\/]app\.asar[\\/]/.exec(fileURLToPath(import.meta.url))?.[1] ?? null;
}

function readSettings(file: string): string | null {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > limit) throw new HostkeepError('input/invalid', { file });
    return decoded(bytes);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause instanceof HostkeepError ? cause : new HostkeepError('input/invalid', { file }, cause);
  }
}

/**
 * Windows Installer writes it in the code page of the computer, which is taken for that of Western Europe where it is no UTF-8; UTF-16 has
 * its mark where somebody saved it anew.
 */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Keys in small letters; empty values are none. */
function parseIni(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const [, key, value] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined || value === '' ? [] : [[key.toLowerCase(), value]];
  });
  return new Map(pairs);
}
