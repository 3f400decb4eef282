import { lstat, mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { asHostkeepError, hasCode, HostkeepError, type ErrorCode, type OnProgress } from '#contract';
import type { FileNode } from '../formats/file-system.ts';
import { parseGuestPath, textOf, type GuestPath } from './guest-path.ts';
import type { GuestFile, GuestVolumes } from './guest-volumes.ts';
import { readFile } from './read-file.ts';
import { targetErrors } from './restore/output-file.ts';
import { safeName } from './safe-name.ts';

export interface RestoreFilesOptions {
  /** An existing folder, or one to make. Nothing is ever written outside it. */
  readonly to: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface SkippedFile {
  readonly path: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface RestoredFiles {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** What could not be restored, and why; never restored as something else. */
  readonly skipped: readonly SkippedFile[];
}

const deepest = 256;

/** Restores files, and folders with all they hold. Existing files stay: what comes is named `name (2)`. */
export async function restoreFiles(
  volumes: GuestVolumes,
  paths: readonly string[],
  options: RestoreFilesOptions,
): Promise<RestoredFiles> {
  await targetErrors(options.to, () => mkdir(options.to, { recursive: true }));
  const restoring = { options, skipped: [] as SkippedFile[], counts: { files: 0, folders: 0, bytes: 0 } };
  for (const text of paths) {
    const path = parseGuestPath(text);
    await restoreNode(restoring, path, await volumes.find(path), options.to);
  }
  return { ...restoring.counts, skipped: restoring.skipped };
}

interface Restoring {
  readonly options: RestoreFilesOptions;
  readonly skipped: SkippedFile[];
  readonly counts: { files: number; folders: number; bytes: number };
}

async function restoreNode(restoring: Restoring, path: GuestPath, file: GuestFile, folder: string): Promise<void> {
  if (restoring.options.signal.aborted) throw new HostkeepError('input/cancelled');
  try {
    if (path.names.length > deepest) throw new HostkeepError('recovery/unsafe-name', { depth: path.names.length });
    if (file.node.type === 'folder') await restoreFolder(restoring, path, file, folder);
    else if (file.node.type === 'file') await restoreFile(restoring, file, folder);
    else throw new HostkeepError('recovery/not-a-file', { type: file.node.type });
  } catch (error) {
    // What is wrong with the target ends the restore; what is wrong with one file is told at the end.
    if (hasCode(error, 'input/cancelled', 'recovery/target-full', 'recovery/target-failed')) throw error;
    const { code, message } = asHostkeepError(error);
    restoring.skipped.push({ path: textOf(path), code, reason: message });
  }
}

async function restoreFolder(restoring: Restoring, path: GuestPath, file: GuestFile, folder: string): Promise<void> {
  const target = file.node.name === '' ? folder : await freeName(folder, file.node.name);
  if (target !== folder) await targetErrors(target, () => mkdir(target));
  restoring.counts.folders += 1;
  for (const node of await file.fileSystem.list(file.node)) {
    await restoreNode(restoring, { ...path, names: [...path.names, node.name] }, { ...file, node }, target);
  }
}

async function restoreFile(restoring: Restoring, file: GuestFile, folder: string): Promise<void> {
  const target = await freeName(folder, file.node.name);
  const partial = `${target}.hostkeep-partial`;
  try {
    await writeFile(restoring, file, partial);
    await targetErrors(target, () => rename(partial, target));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  restoring.counts.files += 1;
}

async function writeFile(restoring: Restoring, file: GuestFile, partial: string): Promise<void> {
  const { node } = file;
  const output = await targetErrors(partial, () => open(partial, 'wx'));
  try {
    await targetErrors(partial, () => output.truncate(node.sizeBytes));
    let offset = 0;
    for await (const piece of readFile(file)) {
      if (restoring.options.signal.aborted) throw new HostkeepError('input/cancelled');
      const at = offset;
      // Holes stay holes.
      if (!piece.equals(Buffer.alloc(piece.length))) await targetErrors(partial, () => output.write(piece, 0, piece.length, at));
      offset += piece.length;
      restoring.counts.bytes += piece.length;
      restoring.options.onProgress({ phase: 'restore', doneBytes: restoring.counts.bytes, totalBytes: restoring.counts.bytes });
    }
    await targetErrors(partial, () => output.sync());
  } finally {
    await output.close();
  }
  await setTime(node, partial);
}

async function setTime(node: FileNode, path: string): Promise<void> {
  const { modified } = node;
  if (modified !== null) await targetErrors(path, () => utimes(path, modified / 1000, modified / 1000));
}

/** A path in the folder that nothing has, by any spelling: `name`, `name (2)` ... Links that lie there are never followed. */
async function freeName(folder: string, name: string): Promise<string> {
  const safe = safeName(name);
  const dot = safe.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
  for (let count = 1; count < 10_000; count += 1) {
    const candidate = join(folder, count === 1 ? safe : `${stem} (${count})${extension}`);
    if (!(await isTaken(candidate))) return candidate;
  }
  throw new HostkeepError('input/target-exists', { path: join(folder, safe) });
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
