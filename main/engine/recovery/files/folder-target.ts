import type { Stats } from 'node:fs';
import { chmod, link, lstat, mkdir, open, rm, symlink, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { hasCode, HostkeepError } from '#contract';
import { errnoOf, makeFolders, renameBusy } from '#files';
import type { FileDetails } from '../../formats/file-system.ts';
import { removeUnfinished, targetErrors } from '../restore/output-file.ts';
import { freeName, nameKey } from './free-names.ts';
import { resumeFrom, syncMarks } from './resumable.ts';
import { sidecarFile, sidecarNames, type SidecarFile } from './sidecar.ts';
import type { Conflict, FileTarget, FileToWrite, Piece, WrittenEntry } from './target.ts';

export interface FolderTargetOptions {
  readonly conflict: Conflict;
  /** What an earlier restore finished stays, what it left half-written is gone on with. */
  readonly resume: boolean;
}

/** Files below a folder of this machine. Nothing is written through a link, and nothing is replaced before its successor is whole. */
export async function folderTarget(root: string, options: FolderTargetOptions): Promise<FileTarget> {
  await targetErrors(root, () => makeFolders(root));
  /** Names that this restore has used, by folder: guests may tell more names apart than the target. */
  const used = new Map([['', new Set(sidecarNames.map(nameKey))]]);
  const linked = new Map<string, string>();
  const sidecar = sidecarFile(root);
  const at = (path: string): string => join(root, ...path.split('/'));
  const below = (parent: string, name: string): string => (parent === '' ? name : `${parent}/${name}`);

  /** A name for an entry: its own, unless this restore used it or what is there must stay. */
  const claim = async (parent: string, name: string, mayTake: (full: string) => Promise<boolean>): Promise<string> => {
    const names = used.get(parent) ?? new Set();
    used.set(parent, names);
    const chosen = await freeName(name, async (candidate) => {
      if (names.has(nameKey(candidate))) return true;
      const full = at(below(parent, candidate));
      return (await kindOf(full)) !== undefined && !(await mayTake(full));
    });
    names.add(nameKey(chosen));
    return below(parent, chosen);
  };
  const isKept = async (full: string, file: FileToWrite): Promise<boolean> => {
    const status = await statOf(full);
    if (status === undefined || status.isDirectory()) return false;
    const isSame = status.size === file.sizeBytes && file.modified !== null && isSameTime(status.mtimeMs, file.modified);
    return (options.resume && status.isFile() && isSame) || options.conflict === 'skip';
  };

  return {
    async folder(parent, name) {
      const merges = options.conflict !== 'rename' || options.resume;
      const path = await claim(parent, name, async (full) => merges && (await kindOf(full)) === 'folder');
      if ((await kindOf(at(path))) === undefined) await namedErrors(at(path), () => mkdir(at(path)));
      return path;
    },
    async file(parent, file) {
      const path = await claim(parent, file.name, async (full) => {
        if ((await kindOf(full)) === 'folder') return false;
        return options.conflict !== 'rename' || (options.resume && (await isKept(full, file)));
      });
      if (await isKept(at(path), file)) {
        if (file.linkKey !== null) linked.set(file.linkKey, path);
        return { outcome: 'kept', path };
      }
      const first = file.linkKey === null ? undefined : linked.get(file.linkKey);
      if (first !== undefined && (await linkTo(at(first), at(path)))) return { outcome: 'linked', path };
      await writeWhole(at(path), file, options.resume);
      if (file.linkKey !== null) linked.set(file.linkKey, path);
      return { outcome: 'written', path };
    },
    async link(parent, name, target): Promise<WrittenEntry> {
      const path = await claim(parent, name, async (full) => options.conflict !== 'rename' && (await kindOf(full)) !== 'folder');
      if (options.conflict === 'skip' && (await kindOf(at(path))) !== undefined) return { outcome: 'kept', path };
      await makeLink(at(path), target);
      return { outcome: 'written', path };
    },
    async finishFolder(path, details) {
      await setMode(at(path), details, ownerAll);
      await setTimes(at(path), details);
    },
    note: (line) => sidecar.add(line),
    stream: (of, name, pieces) => writeStream({ root, sidecar, of, name }, pieces),
    close: () => sidecar.close(),
    abandon: () => sidecar.close(),
  };
}

async function makeLink(path: string, target: string): Promise<void> {
  const partial = besideOf(path);
  await targetErrors(partial, () => rm(partial, { force: true }));
  try {
    await symlink(target, partial);
  } catch (error) {
    if (isUnsupported(error))
      throw new HostkeepError('recovery/unsafe-link', { target, why: 'links cannot be made here' }, error);
    await targetErrors(path, () => Promise.reject(error));
  }
  await moveInto(partial, path);
}

/** What cannot have its name is not left under another. */
async function moveInto(partial: string, path: string): Promise<void> {
  try {
    await namedErrors(path, () => renameBusy(partial, path));
  } catch (error) {
    await removeUnfinished(partial);
    throw error;
  }
}

/** Beside the place, and then there: what lies there gives way. False where links cannot be made: then the content is written again. */
async function linkTo(first: string, path: string): Promise<boolean> {
  const partial = besideOf(path);
  await targetErrors(partial, () => rm(partial, { force: true }));
  try {
    await link(first, partial);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
  await moveInto(partial, path);
  // Where it was that file already, nothing was moved.
  await targetErrors(partial, () => rm(partial, { force: true }));
  return true;
}

function besideOf(path: string): string {
  return join(path, '..', `.${createHash('sha256').update(path).digest('hex').slice(0, 24)}.hostkeep-partial`);
}

/** Writes beside the place and then moves there, so that the name never stands for half a file. */
async function writeWhole(path: string, file: FileToWrite, resume: boolean): Promise<void> {
  const partial = partialOf(path, file);
  const { output, from } = await openPartial(partial, file, resume);
  try {
    await writePieces(output, { path: partial, from, sizeBytes: file.sizeBytes }, file.pieces(from));
  } catch (error) {
    // What failed first counts.
    await output.close().catch(() => undefined);
    // A cancelled file is gone on with when it is resumed; a file that cannot be read is not left in part.
    if (!hasCode(error, 'input/cancelled', 'recovery/target-full')) await removeUnfinished(partial);
    throw error;
  }
  await targetErrors(partial, () => output.close());
  await setMode(partial, file.details, 0);
  await setTimes(partial, file.details);
  await moveInto(partial, path);
}

/** Short, so that it fits wherever the name fits, and of this file in this state only. */
function partialOf(path: string, file: FileToWrite): string {
  const digest = createHash('sha256').update(`${path}\0${file.identity}\0${file.sizeBytes}\0${file.modified}`).digest('hex');
  return join(path, '..', `.${digest.slice(0, 24)}.hostkeep-partial`);
}

async function openPartial(
  partial: string,
  file: FileToWrite,
  resume: boolean,
): Promise<{ readonly output: FileHandle; readonly from: number }> {
  const status = resume ? await statOf(partial) : undefined;
  if (status?.isFile() === true && status.size <= file.sizeBytes) {
    const output = await targetErrors(partial, () => open(partial, 'r+'));
    return { output, from: resumeFrom(status.size) };
  }
  await targetErrors(partial, () => rm(partial, { force: true }));
  return { output: await targetErrors(partial, () => open(partial, 'wx')), from: 0 };
}

async function writePieces(
  output: FileHandle,
  of: { readonly path: string; readonly from: number; readonly sizeBytes: number },
  pieces: AsyncIterable<Piece>,
): Promise<void> {
  const { path, from, sizeBytes } = of;
  await targetErrors(path, () => output.truncate(from));
  const marks = syncMarks(from);
  for await (const { offset, bytes } of pieces) {
    // Zeros stay holes.
    if (isZero(bytes)) continue;
    if (marks.before(offset, offset + bytes.byteLength)) await targetErrors(path, () => output.datasync());
    await targetErrors(path, () => writeFully(output, bytes, offset));
  }
  await targetErrors(path, () => output.truncate(sizeBytes));
  await targetErrors(path, () => output.sync());
}

async function writeFully(output: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;)
    done += (await output.write(bytes, done, bytes.byteLength - done, offset + done)).bytesWritten;
}

const zeros = Buffer.alloc(1024 * 1024);

function isZero(bytes: Uint8Array): boolean {
  return bytes.byteLength <= zeros.length && zeros.subarray(0, bytes.byteLength).equals(bytes);
}

interface StreamPlace {
  readonly root: string;
  readonly sidecar: SidecarFile;
  readonly of: string;
  readonly name: string;
  /** In a file of its own: the target has no streams. */
  readonly beside?: boolean;
}

async function writeStream(to: StreamPlace, pieces: AsyncIterable<Piece>): Promise<string | null> {
  const inPlace = to.beside !== true && process.platform === 'win32' && !/[\\/:*?"<>|\0]/.test(to.name);
  const path = inPlace ? `${join(to.root, ...to.of.split('/'))}:${to.name}` : await to.sidecar.streamPath();
  const output = await openStream(path, inPlace);
  if (output === undefined) return writeStream({ ...to, beside: true }, pieces);
  let end = 0;
  try {
    for await (const { offset, bytes } of pieces) {
      end = offset + bytes.byteLength;
      if (!isZero(bytes)) await targetErrors(path, () => writeFully(output, bytes, offset));
    }
    await targetErrors(path, () => output.truncate(end));
  } finally {
    await output.close();
  }
  return inPlace ? null : to.sidecar.relative(path);
}

/** Undefined on a volume of Windows without streams (FAT, exFAT, some shares). */
async function openStream(path: string, inPlace: boolean): Promise<FileHandle | undefined> {
  if (!inPlace) return targetErrors(path, () => open(path, 'wx'));
  return targetErrors(path, async () => {
    try {
      return await open(path, 'w');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || isUnsupported(error)) return undefined;
      throw error;
    }
  });
}

const ownerAll = 0o700;

/** Permissions of a Unix guest, without the bits that give the rights of another user. */
async function setMode(path: string, details: FileDetails, always: number): Promise<void> {
  const { unix } = details;
  if (unix === null || process.platform === 'win32') return;
  await targetErrors(path, () => chmod(path, (unix.mode & 0o777) | always).catch(unlessUnsupported));
}

async function setTimes(path: string, details: FileDetails): Promise<void> {
  const { modified, accessed } = details.times;
  if (modified === null) return;
  const seconds = (nanoseconds: bigint): number => Number(nanoseconds / 100n) / 1e7;
  await targetErrors(path, () => utimes(path, seconds(accessed ?? modified), seconds(modified)).catch(unlessUnsupported));
}

/** FAT, exFAT and many shares have no rights, links or streams, or not all times; the sidecar keeps what they lose. */
const unsupported: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL']);

const isUnsupported = (error: unknown): boolean => unsupported.has(errnoOf(error));

function unlessUnsupported(error: unknown): void {
  if (!isUnsupported(error)) throw error;
}

/** The steps in which file systems keep times: exFAT, older Unix ones, FAT. */
const timeStepsMs = [10, 1000, 2000];

/** Whether a target has kept a time as well as it can. */
function isSameTime(kept: number, wanted: number): boolean {
  const apart = Math.abs(kept - wanted);
  return apart < 2 || timeStepsMs.some((step) => apart < step && Math.abs(kept - Math.round(kept / step) * step) < 0.01);
}

/** A name that the target's file system cannot spell (letters that its character set lacks) is one file's matter. */
async function namedErrors<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  return targetErrors(path, async () => {
    try {
      return await act();
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'EINVAL' || errno === 'EILSEQ') throw new HostkeepError('recovery/unsafe-name', { path, errno }, error);
      throw error;
    }
  });
}

async function kindOf(path: string): Promise<'folder' | 'other' | undefined> {
  const status = await statOf(path);
  return status === undefined ? undefined : status.isDirectory() ? 'folder' : 'other';
}

/** Of the entry itself, not of what a link leads to. */
async function statOf(path: string): Promise<Stats | undefined> {
  return namedErrors(path, async () => {
    try {
      return await lstat(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  });
}
