import { randomUUID } from 'node:crypto';
import { access, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostkeepError, type DiskRecord, type OnProgress, type RestorePoint } from '#contract';
import {
  blockBytes,
  diskOf,
  leafBytes,
  leafCountOf,
  leavesWithContent,
  listDamage,
  loadIndex,
  readLeafIds,
  walkMap,
  type Repository,
} from '#engine/repository';
import { reportEvery, sharedState, sharedStateMemory } from '#engine/threads';
import { flushFolder, renameBusy } from '#files';
import { planVhdx, writeVhdxStructures } from '../../formats/vhdx/index.ts';
import { removeUnfinished, targetErrors } from './output-file.ts';
import type { OutputLayout } from './output-layout.ts';
import { restoreLeaves, type RestoreInput } from './restore-leaves.ts';
import { restoreThreads, type RestoreThreads } from './restore-threads.ts';
import type { RestoreThreadData } from './serve-restore.ts';

export interface RestoreDiskOptions {
  /** The file to make; it must not exist. */
  readonly to: string;
  readonly format: 'vhdx' | 'raw';
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Threads that are up already; own ones when left out. */
  readonly pool?: RestoreThreads;
}

const inlineLeaves = 3;

/**
 * Writes a disk of a restore point to a file. The file has its name only when all of it is written and flushed. What lies where it is
 * written meanwhile (`TO.partial`) is another restore's, or somebody's: it is left alone, and this one refused.
 * @throws HostkeepError input/target-exists, recovery/target-*, repository/*
 */
export async function restoreDisk(
  repository: Repository,
  point: RestorePoint,
  index: number,
  options: RestoreDiskOptions,
): Promise<void> {
  const disk = diskOf(point, index);
  await refuseExisting(options.to);
  const layout = await layoutFor(repository, disk, options.format);
  const partial = `${options.to}.partial`;
  await targetErrors(partial, () => makeFile(partial));
  try {
    await targetErrors(partial, () => sizeFile(partial, fileBytesOf(layout, disk)));
    await writeContent(repository, { disk, layout, partial }, options);
    await targetErrors(partial, () => completeFile(partial, layout, disk));
    await refuseExisting(options.to);
    await targetErrors(options.to, () => renameBusy(partial, options.to));
    await targetErrors(options.to, () => flushFolder(dirname(options.to)));
  } catch (error) {
    await removeUnfinished(partial);
    throw error;
  }
}

/** @throws HostkeepError input/target-exists */
export async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw new HostkeepError('input/target-exists', { path });
}

/** For a VHDX, which blocks hold data is read off the map first. */
async function layoutFor(repository: Repository, disk: DiskRecord, format: 'vhdx' | 'raw'): Promise<OutputLayout> {
  if (format === 'raw') return { format };
  const { chunks } = await repository.reading();
  const { sizeBytes, logicalSectorSize, physicalSectorSize, blockSize, fixed } = disk;
  const withData = new Uint8Array(Math.ceil(sizeBytes / blockSize));
  for await (const { leaf, entries } of walkMap(chunks, disk)) {
    let offset = leaf * leafBytes;
    for (const entry of entries) {
      const end = offset + entry.blocks * blockBytes;
      if (entry.kind === 'chunk') withData.fill(1, Math.floor(offset / blockSize), Math.ceil(end / blockSize));
      offset = end;
    }
  }
  const shape = { sizeBytes, logicalSectorSize, physicalSectorSize, blockSize, fixed, diskId: disk.diskId ?? randomUUID() };
  return { format, plan: planVhdx(shape, (block) => withData[block] === 1) };
}

function fileBytesOf(layout: OutputLayout, disk: DiskRecord): number {
  return layout.format === 'raw' ? disk.sizeBytes : layout.plan.fileBytes;
}

async function makeFile(path: string): Promise<void> {
  const file = await open(path, 'wx');
  await file.close();
}

async function sizeFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

interface Writing {
  readonly disk: DiskRecord;
  readonly layout: OutputLayout;
  readonly partial: string;
}

async function writeContent(repository: Repository, writing: Writing, options: RestoreDiskOptions): Promise<void> {
  const { storage, masterKey } = repository;
  const { disk } = writing;
  const leafCount = leafCountOf(disk.sizeBytes);
  const leafIds = await readLeafIds((await repository.reading()).chunks, disk, { first: 0, end: leafCount });
  const leaves = leavesWithContent(leafIds);
  const state = sharedState(sharedStateMemory(1));
  const segments = await loadIndex(storage, masterKey, { withFilter: false });
  const input: RestoreInput = {
    masterKey,
    segments,
    damaged: await listDamage(storage),
    sizeBytes: disk.sizeBytes,
    leafIds,
    leaves,
    outputPath: writing.partial,
    layout: writing.layout,
    stateMemory: state.memory,
  };
  const report = reportEvery(() =>
    options.onProgress({
      phase: 'restore',
      doneBytes: state.total('done'),
      totalBytes: Math.min(disk.sizeBytes, leaves.length * leafBytes),
    }),
  );
  options.signal.addEventListener('abort', state.stop, { once: true });
  if (options.signal.aborted) state.stop();
  try {
    if (storage.descriptor === undefined || leaves.length <= inlineLeaves) await restoreLeaves(input, storage);
    else await restoreOnThreads({ ...input, storageDescriptor: storage.descriptor }, state.stop, options.pool);
    if (options.signal.aborted) throw new HostkeepError('input/cancelled');
  } finally {
    report.stop();
    options.signal.removeEventListener('abort', state.stop);
  }
}

async function restoreOnThreads(data: RestoreThreadData, stop: () => void, lent: RestoreThreads | undefined): Promise<void> {
  const pool = lent ?? restoreThreads();
  try {
    await pool.ask(data, stop);
  } finally {
    if (lent === undefined) await pool.terminate();
  }
}

/** Cuts the file to its size (the last block may have been written whole), writes the structures, and flushes. */
async function completeFile(path: string, layout: OutputLayout, disk: DiskRecord): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(fileBytesOf(layout, disk));
    await file.datasync();
    if (layout.format === 'vhdx')
      await writeVhdxStructures(file, layout.plan, {
        sequenceNumber: 1n,
        fileWriteGuid: randomUUID(),
        dataWriteGuid: randomUUID(),
      });
    await file.sync();
  } finally {
    await file.close();
  }
}
