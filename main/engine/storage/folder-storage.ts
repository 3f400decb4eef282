import { randomBytes } from 'node:crypto';
import { open, readdir, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode, HostkeepError } from '#contract';
import { readAhead } from '#engine/threads';
import { errnoOf, flushFolder, retryBusy } from '#files';
import { anchoredFolder } from './anchor.ts';
import type { Stages } from './append-file.ts';
import { orMissing, storageErrors } from './errno.ts';
import { folderWriter, temporaryFolder } from './folder-writer.ts';
import { checkName } from './names.ts';
import { openFiles, type OpenFiles } from './open-files.ts';
import { systemCalls, type FileCalls } from './file-calls.ts';
import type { Storage, StorageAnchor, StorageWriter, StoredFile } from './storage.ts';

interface FolderOptions {
  readonly calls?: FileCalls;
  readonly anchor?: StorageAnchor | undefined;
}

/** A storage in a folder: a local one, or a share by its UNC path. */
export function folderStorage(root: string, options: FolderOptions = {}): Storage {
  const { calls = systemCalls } = options;
  const place = anchoredFolder(root, options.anchor);
  // What is missing may be so because the whole folder is another one by now.
  const inPlace = async <Result>(name: string, act: () => Promise<Result>): Promise<Result> => {
    try {
      return await storageErrors(name, act);
    } catch (error) {
      if (hasCode(error, 'storage/not-found')) await storageErrors(name, place.check);
      throw error;
    }
  };
  const listed = async <Result>(folder: string, act: () => Promise<Result>): Promise<Result> => {
    const found = await act();
    await storageErrors(folder, place.check);
    return found;
  };
  const files = openFiles();
  const stages: Stages = [];
  const writers = new Set<StorageWriter>();
  const pathOf = (name: string): string => join(root, checkName(name));
  const statFile = (name: string): Promise<StoredFile> =>
    inPlace(name, async () => {
      const found = await stat(pathOf(name));
      return { name, sizeBytes: found.size, modifiedAt: found.mtimeMs };
    });
  const writeWhole = async (name: string, bytes: Uint8Array, replace: boolean): Promise<void> => {
    const writer = await folderWriter({ root, name: checkName(name), replace, stages, place }, calls);
    await writer.append(bytes);
    await writer.publish();
  };
  return {
    get descriptor() {
      const anchor = place.anchor();
      return { kind: 'folder', path: root, ...(anchor === undefined ? {} : { anchor }) } as const;
    },
    anchor: place.hold,
    list: (folder) => listed(folder, () => listFiles(root, folder)),
    names: (folder) => listed(folder, () => listNames(root, folder)),
    stat: statFile,
    read: (name, offset, length) => inPlace(name, () => readExactly(files, { path: pathOf(name), name }, offset, length)),
    async readAll(name, limitBytes) {
      // What is read whole are small files that other processes replace: the one that was open may not be the one that is there.
      await files.forget(pathOf(name));
      const { sizeBytes } = await statFile(name);
      if (sizeBytes > limitBytes) throw new HostkeepError('storage/short-read', { file: name, sizeBytes, limitBytes });
      return inPlace(name, () => readExactly(files, { path: pathOf(name), name }, 0, sizeBytes));
    },
    write: (name, bytes) => writeWhole(name, bytes, false),
    replace: async (name, bytes) => {
      await files.forget(pathOf(name));
      await writeWhole(name, bytes, true);
    },
    async create(name) {
      const writer = await folderWriter({ root, name: checkName(name), replace: false, stages, place }, calls);
      return listedIn(writers, writer);
    },
    async remove(name) {
      const path = pathOf(name);
      await files.forget(path);
      const removed = await orMissing(inPlace(name, () => retryBusy(calls, () => calls.unlink(path)).then(() => true)));
      if (removed === true) await storageErrors(name, () => flushFolder(dirname(path)));
    },
    async sweep(olderThanMs) {
      await storageErrors(temporaryFolder, place.check);
      await sweepTemporary(root, olderThanMs);
    },
    freeBytes: () =>
      storageErrors('', async () => {
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      }),
    async close() {
      await Promise.all([...writers].map((writer) => writer.discard()));
      await files.close();
    },
  };
}

/** In the list for as long as it is open. */
function listedIn(writers: Set<StorageWriter>, writer: StorageWriter): StorageWriter {
  const listed: StorageWriter = {
    append: writer.append,
    async publish() {
      // Where it fails it is dead, and closed.
      writers.delete(listed);
      await writer.publish();
    },
    async discard() {
      writers.delete(listed);
      await writer.discard();
    },
  };
  writers.add(listed);
  return listed;
}

async function readExactly(
  files: OpenFiles,
  file: { readonly path: string; readonly name: string },
  offset: number,
  length: number,
): Promise<Buffer> {
  const target = Buffer.allocUnsafe(length);
  await files.use(file.path, async (handle) => {
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(target, done, length - done, offset + done);
      if (bytesRead === 0) throw new HostkeepError('storage/short-read', { file: file.name, offset, length, got: done });
      done += bytesRead;
    }
  });
  return target;
}

/** Folders and files that are asked for at once: a share answers each after a round trip. */
const askedAtOnce = Array.from({ length: 16 });

/** Files below a folder in name order, without temporary ones. */
async function listFiles(root: string, folder: string): Promise<readonly StoredFile[]> {
  const found: StoredFile[] = [];
  const names = await listNames(root, folder);
  for await (const files of readAhead(names, askedAtOnce, (name) => statListed(root, name))) found.push(...files);
  return found;
}

async function listNames(root: string, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const filesOf = async (name: string): Promise<readonly string[]> => {
    const entries = (await foldersEntries(join(root, name)))
      .map((entry) => ({ entry, child: name === '' ? entry.name : `${name}/${entry.name}` }))
      .filter(({ child }) => child !== temporaryFolder);
    found.push(...entries.filter(({ entry }) => entry.isFile()).map(({ child }) => child));
    return entries.filter(({ entry }) => entry.isDirectory()).map(({ child }) => child);
  };
  await storageErrors(folder, async () => {
    let level: readonly string[] = [folder === '' ? '' : checkName(folder)];
    while (level.length > 0) {
      const below: string[] = [];
      for await (const folders of readAhead(level, askedAtOnce, filesOf)) below.push(...folders);
      level = below;
    }
  });
  return found.toSorted();
}

async function foldersEntries(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Empty when the file has gone since it was listed. */
async function statListed(root: string, name: string): Promise<readonly StoredFile[]> {
  const found = await orMissing(storageErrors(name, () => stat(join(root, name))));
  return found === undefined ? [] : [{ name, sizeBytes: found.size, modifiedAt: found.mtimeMs }];
}

/** How old a file is, is told by the time of another one written now: the storage's clock need not be ours. */
async function sweepTemporary(root: string, olderThanMs: number): Promise<void> {
  const folder = join(root, temporaryFolder);
  await storageErrors(temporaryFolder, async () => {
    const files: { readonly path: string; readonly modifiedAt: number }[] = [];
    for (const entry of await foldersEntries(folder)) {
      const path = join(folder, entry.name);
      const found = await orMissing(storageErrors(entry.name, () => stat(path)));
      if (found !== undefined) files.push({ path, modifiedAt: found.mtimeMs });
    }
    if (files.length === 0) return;
    const now = await timeThere(folder);
    for (const { path, modifiedAt } of files)
      if (modifiedAt <= now - olderThanMs) await orMissing(storageErrors(path, () => unlink(path)));
  });
}

/** A full disk may have no room for a file without content either: then our clock has to do, for what is left over is in the way. */
async function timeThere(folder: string): Promise<number> {
  const path = join(folder, `${process.pid}-${randomBytes(8).toString('hex')}`);
  try {
    await (await open(path, 'wx')).close();
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === 'ENOSPC') return Date.now();
    throw error;
  } finally {
    await orMissing(storageErrors(path, () => unlink(path)));
  }
}
