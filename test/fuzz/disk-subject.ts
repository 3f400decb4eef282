import { HostkeepError } from '#contract';
import { bufferSource, overlaid, type BlockSource } from '#engine/blocks';
import { listPartitions, openFileSystem, openPartition } from '#engine/formats/volumes';
import type { FileNode, FileSystem } from '../../main/engine/formats/file-system.ts';
import { mutate, type Numbers } from './mutate.ts';

/** Something hostile to read: made from a sound image with a few structures changed. */
export interface Subject {
  readonly name: string;
  /** Reads everything there is, within bounds. Throws only coded errors. */
  attempt(next: Numbers): Promise<void>;
}

const visitedNodes = 300;
const readBytesOfFile = 16_384;
/** Of so many files one is asked for its content and what else is known of it: the next images ask the others. */
const askedOf = 3;

export async function coded<Result>(act: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HostkeepError && isExpected(error)) return otherwise;
    throw error;
  }
}

export function isExpected(error: HostkeepError): boolean {
  return error.code.startsWith('format/') || error.code.startsWith('recovery/');
}

/** Lists and reads; a damaged file is told and the next one is tried, as a restore does it. */
async function walk(system: FileSystem, node: FileNode, left: Left): Promise<void> {
  for (const child of await coded(() => system.list(node), [])) {
    if ((left.count -= 1) < 0) return;
    if (child.type === 'folder') await walk(system, child, left);
    if (left.next(askedOf) === 0) await ask(system, child);
  }
}

/** How many nodes are still visited, and whence it is drawn which of them are asked. */
interface Left {
  count: number;
  readonly next: Numbers;
}

async function ask(system: FileSystem, node: FileNode): Promise<void> {
  await coded(() => system.details(node), undefined);
  if (node.type === 'symlink') await coded(() => system.linkTarget(node), '');
  if (node.type !== 'file') return;
  const start = Math.max(0, node.sizeBytes - readBytesOfFile);
  for (const offset of new Set([0, start]))
    await coded(() => system.read(node, offset, Buffer.alloc(Math.min(node.sizeBytes, readBytesOfFile))), undefined);
  await coded(() => system.ranges(node), []);
}

async function takeSome(items: AsyncIterable<unknown>, most: number): Promise<void> {
  let taken = 0;
  for await (const item of items) if (item === undefined || (taken += 1) >= most) return;
}

export async function walkVolume(system: FileSystem, next: Numbers): Promise<void> {
  await walk(system, await system.root(), { count: visitedNodes, next });
  await coded(() => system.state(), undefined);
  await coded(() => takeSome(system.freeRanges(), 1000), undefined);
  await coded(() => takeSome(system.scan({ onDamage: () => undefined }), visitedNodes), undefined);
}

export async function walkDisk(source: BlockSource, next: Numbers): Promise<void> {
  for (const partition of (await listPartitions(source)).slice(0, 4)) {
    const open = () => openFileSystem(openPartition(source, partition), partition.type);
    await coded(async () => walkVolume(await open(), next), undefined);
  }
}

export interface SoundDisk {
  readonly image: Buffer;
  /** Whether 4 KiB of the image are structure, which is worth changing. */
  isStructure(block: Buffer, offset: number): boolean;
  readonly seal?: (block: Buffer, offset: number) => void;
}

function structureBlocks({ image, isStructure }: SoundDisk): readonly number[] {
  const offsets: number[] = [];
  for (let offset = 0; offset < image.length; offset += 4096)
    if (isStructure(image.subarray(offset, offset + 4096), offset)) offsets.push(offset);
  return offsets;
}

export function diskSubject(name: string, disk: SoundDisk): Subject {
  const { image, seal } = disk;
  const blocks = structureBlocks(disk);
  return {
    name,
    async attempt(next) {
      const ranges = [...new Set(Array.from({ length: 1 + next(3) }, () => blocks[next(blocks.length)]!))].toSorted(
        (a, b) => a - b,
      );
      const changed = ranges.map((offset) => {
        const bytes = Buffer.from(image.subarray(offset, offset + 4096));
        // Half the time a small part, so that what is hit is a field that matters.
        const part = next(2) === 0 ? bytes : bytes.subarray(next(7) * 512, next(7) * 512 + 600);
        if (part.length > 16) mutate(part, next);
        if (seal !== undefined && next(4) > 0) seal(bytes, offset);
        return { offset, bytes };
      });
      await walkDisk(overlaid(bufferSource(image), changed), next);
    },
  };
}
