import { lstat, open, type FileHandle } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { HostkeepError } from '#contract';
import { errnoOf, makeFolders } from '#files';
import { targetErrors } from '../restore/output-file.ts';
import type { SidecarLine } from './target.ts';

/** What a target that is no Windows volume cannot hold, beside the restored files. */
export const sidecarName = '.hostkeep-sidecar.jsonl';
export const streamFolder = '.hostkeep-streams';
/** Names that no restored file may have at the target's root. */
export const sidecarNames: readonly string[] = [sidecarName, streamFolder];

export interface SidecarFile {
  add(line: SidecarLine): Promise<void>;
  /** A new file for an alternate stream. */
  streamPath(): Promise<string>;
  relative(path: string): string;
  close(): Promise<void>;
}

/** Made when the first line comes; an earlier restore's lines stay. */
export function sidecarFile(root: string): SidecarFile {
  const path = join(root, sidecarName);
  let file: Promise<FileHandle> | undefined;
  let folder: Promise<unknown> | undefined;
  let streams = 0;
  const started = Date.now().toString(36);
  return {
    async add(line) {
      file ??= opened(path);
      const output = await file;
      await targetErrors(path, () => output.appendFile(`${JSON.stringify(line)}\n`));
    },
    async streamPath() {
      folder ??= streamsMade(join(root, streamFolder));
      await folder;
      streams += 1;
      return join(root, streamFolder, `${started}-${streams}`);
    },
    relative: (full) => relative(root, full).split(sep).join('/'),
    async close() {
      // One that could not be opened was told when it was written to.
      await file?.then(
        (output) => flushed(path, output),
        () => undefined,
      );
    },
  };
}

async function opened(path: string): Promise<FileHandle> {
  await refuseLink(path);
  return targetErrors(path, () => open(path, 'a'));
}

async function streamsMade(folder: string): Promise<void> {
  await refuseLink(folder);
  await targetErrors(folder, () => makeFolders(folder));
}

/** What lies in the target may be somebody else's, who would have us write elsewhere. @throws HostkeepError recovery/target-failed */
async function refuseLink(path: string): Promise<void> {
  const status = await targetErrors(path, () =>
    lstat(path).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }),
  );
  if (status?.isSymbolicLink() === true) throw new HostkeepError('recovery/target-failed', { path, errno: 'ELOOP' });
}

async function flushed(path: string, output: FileHandle): Promise<void> {
  try {
    await targetErrors(path, () => output.sync());
  } finally {
    await output.close();
  }
}
