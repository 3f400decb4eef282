import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OnProgress, RestorePoint } from '#contract';
import type { Repository } from '#engine/repository';
import { targetErrors } from './restore/output-file.ts';
import { restoreDisk } from './restore/restore-disk.ts';
import { safeName } from './safe-name.ts';

export interface RestoreVmOptions {
  readonly to: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface RestoredVm {
  readonly folder: string;
  /** Names of the files in the folder. */
  readonly files: readonly string[];
}

/** All disks as VHDX, and the files of the definition, in a new folder named for the VM. @throws input/target-exists */
export async function restoreVm(repository: Repository, point: RestorePoint, options: RestoreVmOptions): Promise<RestoredVm> {
  const folder = join(options.to, safeName(point.vm));
  await targetErrors(folder, async () => {
    await mkdir(options.to, { recursive: true });
    await mkdir(folder);
  });
  const files: string[] = [];
  for (const disk of point.disks) {
    const name = freeName(files, `${safeName(basename(disk.label).replace(/\.a?vhdx?$/i, ''))}.vhdx`);
    files.push(name);
    await restoreDisk(repository, point, disk.index, { ...options, to: join(folder, name), format: 'vhdx' });
  }
  for (const file of point.definition) {
    const name = freeName(files, safeName(file.name));
    files.push(name);
    await targetErrors(name, () => writeFile(join(folder, name), Buffer.from(file.contentBase64, 'base64'), { flag: 'wx' }));
  }
  return { folder, files };
}

function freeName(taken: readonly string[], name: string): string {
  const lower = taken.map((one) => one.toLowerCase());
  for (let count = 2, candidate = name; ; count += 1) {
    if (!lower.includes(candidate.toLowerCase())) return candidate;
    candidate = name.replace(/(\.[^.]*)?$/, (extension) => `-${count}${extension}`);
  }
}
