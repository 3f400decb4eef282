import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
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
      file ??= targetErrors(path, () => open(path, 'a'));
      const output = await file;
      await targetErrors(path, () => output.appendFile(`${JSON.stringify(line)}\n`));
    },
    async streamPath() {
      folder ??= targetErrors(path, () => mkdir(join(root, streamFolder), { recursive: true }));
      await folder;
      streams += 1;
      return join(root, streamFolder, `${started}-${streams}`);
    },
    relative: (full) => relative(root, full).split(sep).join('/'),
    async close() {
      if (file !== undefined) await (await file).close();
    },
  };
}
