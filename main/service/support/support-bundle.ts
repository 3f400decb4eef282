/** What somebody who helps needs to see, in one zip, with secrets removed. It holds no data of any backup. */
import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { arch, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { HostkeepError } from '#contract';
import { zipWriter } from '#engine/recovery';
import { renameBusy } from '#files';
import { redacted } from './redact.ts';

export interface BundlePart {
  readonly name: string;
  readonly text: string;
}

export interface BundleOptions {
  /** Folder that the zip is put into. */
  readonly to: string;
  readonly now: number;
  readonly version: string;
  readonly parts: readonly BundlePart[];
  /** Folders whose log files go in, each file's end only. */
  readonly logs: readonly string[];
  /** Secrets that are known now: taken out wherever they stand. */
  readonly secrets: readonly string[];
}

export interface SupportBundle {
  readonly file: string;
  readonly entries: readonly string[];
}

const tailBytes = 256 * 1024;
const mostLogs = 60;

/** @throws HostkeepError input/not-found, storage/denied */
export async function writeSupportBundle(options: BundleOptions): Promise<SupportBundle> {
  const { to, now, secrets } = options;
  const name = `hostkeep-support-${new Date(now).toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}.zip`;
  const file = join(to, name);
  const parts = [aboutPart(options), ...options.parts, ...(await logParts(options.logs))];
  const handle = await creating(`${file}.partial`);
  try {
    const zip = zipWriter(async (bytes) => void (await handle.writeFile(bytes)));
    for (const part of parts) await zip.add(entryOf(part.name), once(redacted(part.text, secrets)));
    await zip.finish();
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(`${file}.partial`, { force: true });
    throw error;
  }
  await handle.close();
  await renameBusy(`${file}.partial`, file);
  return { file, entries: parts.map((part) => part.name) };
}

function aboutPart({ version, now }: BundleOptions): BundlePart {
  const about = {
    hostkeep: version,
    at: new Date(now).toISOString(),
    node: process.version,
    electron: process.versions['electron'] ?? null,
    platform: `${process.platform} ${arch()} ${release()}`,
    memoryBytes: totalmem(),
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  return { name: 'about.json', text: JSON.stringify(about, null, 2) };
}

/** The newest files first; a folder that is not there has none. */
async function logParts(folders: readonly string[]): Promise<readonly BundlePart[]> {
  const found = await Promise.all(folders.map(logsIn));
  const newest = found.flat().toSorted((a, b) => b.at - a.at);
  return Promise.all(
    newest.slice(0, mostLogs).map(async ({ name, path }) => ({ name: `logs/${name}`, text: await tailOf(path) })),
  );
}

async function logsIn(folder: string): Promise<readonly { readonly name: string; readonly path: string; readonly at: number }[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names
      .filter((name) => /\.log(\.\d)?$/.test(name))
      .map(async (name) => ({ name, path: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
}

async function tailOf(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, tailBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return `${size > length ? '[earlier lines left out]\n' : ''}${buffer.toString('utf8')}`;
  } finally {
    await handle.close();
  }
}

async function creating(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw new HostkeepError(code === 'ENOENT' ? 'input/not-found' : 'storage/denied', { folder: path }, cause);
  }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'utf8');
}

const noTimes = { created: null, modified: null, accessed: null, changed: null };

function entryOf(name: string) {
  return { name, times: noTimes, windowsAttributes: 0, mode: 0o100600 };
}
