import { HostkeepError } from '#contract';
import type { FileNode, FileSystem } from '../../main/engine/formats/file-system.ts';
import type { Numbers } from './mutate.ts';

const visitedNodes = 250;
const scannedFiles = 2000;
const readBytes = 70_000;

/** Asks a file system for everything it can tell, within bounds. Only coded errors may come, from any of it. */
export async function walkSystem(system: FileSystem, next: Numbers): Promise<void> {
  await visit(system, await system.root(), { left: visitedNodes, seen: new Set() });
  await coded(() => system.state());
  await coded(async () => {
    let count = 0;
    for await (const _file of system.scan({ onDamage: () => undefined })) if ((count += 1) > scannedFiles) return;
  });
  await coded(async () => {
    let end = -1;
    for await (const { offset, length } of system.freeRanges()) {
      if (offset <= end || length <= 0) throw new Error(`free ranges out of order at ${offset}`);
      end = offset + length;
    }
  });
  if (next(4) === 0)
    await coded(async () => {
      const first = (await system.list(await system.root()))[0];
      if (first !== undefined) await system.child(await system.root(), first.name);
    });
}

interface Walk {
  left: number;
  readonly seen: Set<number>;
}

async function visit(system: FileSystem, folder: FileNode, walk: Walk): Promise<void> {
  // A folder that holds itself is listed once.
  if (walk.seen.has(folder.id)) return;
  walk.seen.add(folder.id);
  for (const node of (await coded(() => system.list(folder, { onDamage: () => undefined }))) ?? []) {
    if ((walk.left -= 1) < 0) return;
    if (node.type === 'folder') await visit(system, node, walk);
    else await ask(system, node);
  }
}

async function ask(system: FileSystem, node: FileNode): Promise<void> {
  if (node.type === 'symlink') await coded(() => system.linkTarget(node));
  const details = await coded(() => system.details(node));
  if (node.type !== 'file') return;
  const length = Math.min(node.sizeBytes, readBytes);
  await coded(() => system.read(node, 0, Buffer.alloc(length)));
  if (node.sizeBytes > length) await coded(() => system.read(node, node.sizeBytes - length, Buffer.alloc(length)));
  await coded(() => system.ranges(node));
  for (const { name, sizeBytes } of details?.streams.slice(0, 4) ?? [])
    await coded(() => system.readStream(node, name, 0, Buffer.alloc(Math.min(sizeBytes, readBytes))));
}

async function coded<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HostkeepError && /^(format|recovery)\//.test(error.code)) return undefined;
    throw error;
  }
}
