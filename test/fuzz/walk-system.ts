import { HostkeepError } from '#contract';
import type { FileNode, FileSystem } from '../../main/engine/formats/file-system.ts';
import type { Numbers } from './mutate.ts';

const visitedNodes = 250;
const scannedFiles = 2000;
/** What is packed is unpacked by the unit, so that a few bytes put the same decoders to work as many; now and then there are many. */
const readBytes = [4096, 4096, 4096, 4096, 4096, 4096, 4096, 70_000] as const;

/** Asks a file system for everything it can tell, within bounds. Only coded errors may come, from any of it. */
export async function walkSystem(system: FileSystem, next: Numbers): Promise<void> {
  const most = readBytes[next(readBytes.length)]!;
  await visit(system, await system.root(), { left: visitedNodes, seen: new Set(), most, next });
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
  /** Bytes to read of a file at once. */
  readonly most: number;
  readonly next: Numbers;
}

async function visit(system: FileSystem, folder: FileNode, walk: Walk): Promise<void> {
  // A folder that holds itself is listed once.
  if (walk.seen.has(folder.id)) return;
  walk.seen.add(folder.id);
  for (const node of (await coded(() => system.list(folder, { onDamage: () => undefined }))) ?? []) {
    if ((walk.left -= 1) < 0) return;
    if (node.type === 'folder') await visit(system, node, walk);
    else await ask(system, node, walk);
  }
}

async function ask(system: FileSystem, node: FileNode, { most, next }: Walk): Promise<void> {
  // A third of the files of each image are asked: the next images have the others. The scan below sees the records of all.
  if (next(3) > 0) return;
  if (node.type === 'symlink') await coded(() => system.linkTarget(node));
  const details = await coded(() => system.details(node));
  if (node.type !== 'file') return;
  const length = Math.min(node.sizeBytes, most);
  const last = node.sizeBytes - length;
  for (const offset of new Set([0, last, last > 0 ? next(Math.min(last, 2 ** 31)) : 0]))
    await coded(() => system.read(node, offset, Buffer.alloc(length)));
  await coded(() => system.ranges(node));
  for (const { name, sizeBytes } of details?.streams.slice(0, 4) ?? [])
    await coded(() => system.readStream(node, name, 0, Buffer.alloc(Math.min(sizeBytes, most))));
}

async function coded<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HostkeepError && /^(format|recovery)\//.test(error.code)) return undefined;
    throw error;
  }
}
