import { asHostkeepError, HostkeepError, type RunId, type StepReport } from '#contract';
import type { CopiedToGuest, GuestCopier, GuestFilesRequest } from '#engine/ports';
import type { FileNode, FileSystem } from '../formats/file-system.ts';
import { parseGuestPath } from './guest-path.ts';
import type { GuestVolumes } from './guest-volumes.ts';
import { restoreFiles } from './restore-files.ts';
import type { RestoredFiles, RestoreWatch } from './files/restore-tree.ts';

export interface IntoGuestOptions extends RestoreWatch, Omit<GuestFilesRequest, 'bytes' | 'run'> {
  readonly copier: GuestCopier;
  readonly run: RunId;
  /** The restore point's id. */
  readonly source: string;
  readonly report: (step: StepReport) => void;
}

export interface RestoredIntoGuest {
  /** What came out of the restore point, onto the host. */
  readonly restored: RestoredFiles;
  /** What of it is in the guest now. */
  readonly copied: CopiedToGuest;
}

/** Restores files into a guest that runs: by way of a folder on its host, which is gone again afterwards. */
export async function restoreIntoGuest(
  volumes: GuestVolumes,
  paths: readonly string[],
  options: IntoGuestOptions,
): Promise<RestoredIntoGuest> {
  const { copier, run, vmId, folder, conflict, source, report, onProgress, signal } = options;
  const bytes = await bytesOfTrees(volumes, paths, signal);
  const session = await copier.begin({ run, vmId, folder, bytes, conflict }, report, signal);
  try {
    const to = session.staging;
    const restored = await restoreFiles(volumes, paths, { to, conflict: 'rename', source, onProgress, signal });
    return { restored, copied: await session.complete() };
  } catch (error) {
    await session.abort(asHostkeepError(error).message);
    throw error;
  }
}

const deepest = 1000;

/** What the files need together. What cannot be listed counts nothing here: the restore tells it. */
async function bytesOfTrees(volumes: GuestVolumes, paths: readonly string[], signal: AbortSignal): Promise<number> {
  let bytes = 0;
  const add = async (system: FileSystem, node: FileNode, depth: number): Promise<void> => {
    if (signal.aborted) throw new HostkeepError('input/cancelled');
    if (node.type === 'file') bytes += node.sizeBytes;
    if (node.type !== 'folder' || depth > deepest) return;
    for (const child of await system.list(node, { onDamage: () => undefined })) await add(system, child, depth + 1);
  };
  for (const path of paths) {
    const { fileSystem, node } = await volumes.find(parseGuestPath(path));
    await add(fileSystem, node, 0);
  }
  return bytes;
}
