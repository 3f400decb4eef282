import { createHash } from 'node:crypto';
import { asHostkeepError, HostkeepError } from '#contract';
import { overlaid, readBytes, type BlockSource, type OverlayRange } from '#engine/blocks';
import { openNtfs } from '../../../../main/engine/formats/ntfs/index.ts';
import type { FileNode, FileSystem } from '../../../../main/engine/formats/file-system.ts';

/** By path: the digest of a file or stream, a link's target, or the code why it cannot be read. */
export interface VolumeContent {
  readonly outcomes: ReadonlyMap<string, string>;
  /** What listing said that it could not list. */
  readonly damage: readonly HostkeepError[];
}

const longestRead = 20 * 1024 * 1024;

export async function readVolume(source: BlockSource): Promise<VolumeContent> {
  const outcomes = new Map<string, string>();
  const damage: HostkeepError[] = [];
  const system = await openNtfs(source);
  const visit = async (folder: FileNode, path: string): Promise<void> => {
    const nodes = await codeOr(() => system.list(folder, { onDamage: (error) => damage.push(error) }));
    if (typeof nodes === 'string') return void outcomes.set(`${path}/`, nodes);
    for (const node of nodes) {
      const below = `${path}/${node.name}`;
      if (node.type === 'folder') await visit(node, below);
      else outcomes.set(below, await outcomeOf(system, node));
      const details = node.unreadable === null ? await codeOr(() => system.details(node)) : node.unreadable;
      if (typeof details === 'string') outcomes.set(`${below}:`, details);
      else
        for (const { name, sizeBytes } of details.streams)
          outcomes.set(`${below}:${name}`, await digestOr(sizeBytes, (target) => system.readStream(node, name, 0, target)));
    }
  };
  await visit(await system.root(), '');
  return { outcomes, damage };
}

async function outcomeOf(system: FileSystem, node: FileNode): Promise<string> {
  if (node.type === 'symlink') return `-> ${await codeOr(() => system.linkTarget(node))}`;
  if (node.sizeBytes > longestRead) return `${node.sizeBytes} bytes`;
  return digestOr(node.sizeBytes, (target) => system.read(node, 0, target));
}

async function digestOr(sizeBytes: number, read: (target: Buffer) => Promise<void>): Promise<string> {
  const bytes = Buffer.alloc(sizeBytes);
  const failed = await codeOr(() => read(bytes));
  return failed ?? createHash('sha256').update(bytes).digest('hex');
}

/** The code when it fails as it may; what has none fails the test. */
async function codeOr<Result>(act: () => Promise<Result>): Promise<Result | string> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return asHostkeepError(error).code;
    throw error;
  }
}

/** A sound volume, and where its structures lie. */
export interface SoundVolume {
  readonly source: BlockSource;
  readonly system: FileSystem;
  readonly content: VolumeContent;
  node(path: string): Promise<FileNode>;
  /** Where the file's record begins. */
  recordOffset(path: string): Promise<number>;
}

export async function soundVolume(source: BlockSource): Promise<SoundVolume> {
  const system = await openNtfs(source);
  const offsets = new Map<number, number>();
  for await (const file of system.scan()) offsets.set(file.id, file.metadataOffset!);
  const node = async (path: string): Promise<FileNode> => {
    let found = await system.root();
    for (const name of path.split('/')) {
      const next = await system.child(found, name);
      if (next === undefined) throw new Error(`no ${path}`);
      found = next;
    }
    return found;
  };
  return {
    source,
    system,
    content: await readVolume(source),
    node,
    recordOffset: async (path) => offsets.get((await node(path)).id)!,
  };
}

/** Bytes of the volume from an offset on, changed. */
export async function changed(
  volume: SoundVolume,
  offset: number,
  length: number,
  change: (bytes: Buffer) => void,
): Promise<OverlayRange> {
  const bytes = await readBytes(volume.source, offset, length);
  change(bytes);
  return { offset, bytes };
}

/** The first attribute of a type in a raw record, as its offset. */
export function attributeAt(record: Buffer, type: number, name?: string): number {
  for (let at = record.readUInt16LE(20); record.readUInt32LE(at) !== 0xffffffff; at += record.readUInt32LE(at + 4)) {
    const nameAt = at + record.readUInt16LE(at + 10);
    const text = record.toString('utf16le', nameAt, nameAt + record.readUInt8(at + 9) * 2);
    if (record.readUInt32LE(at) === type && (name === undefined || text === name)) return at;
  }
  throw new Error(`no attribute ${type}`);
}

export function withChanges(volume: SoundVolume, ranges: readonly OverlayRange[]): BlockSource {
  return overlaid(
    volume.source,
    ranges.toSorted((a, b) => a.offset - b.offset),
  );
}
