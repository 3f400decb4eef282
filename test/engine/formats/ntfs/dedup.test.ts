import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { HostkeepError } from '#contract';
import { overlaid, readBytes, type BlockSource } from '#engine/blocks';
import { openNtfs } from '../../../../main/engine/formats/ntfs/index.ts';
import { parseDedupReference } from '../../../../main/engine/formats/ntfs/dedup/reference.ts';
import type { FileNode, FileSystem } from '../../../../main/engine/formats/file-system.ts';
import { openDisk, type OpenedDisk } from '../../../../main/engine/formats/open-disk.ts';
import { missingTools } from '../../../fixtures/tools.ts';
import { filledNtfs, ntfsOracle } from '../../../oracle/files/ntfs.ts';

const missing = missingTools(ntfsOracle.tools);
const skip =
  missing.length > 0 ? `needs the Debian packages ${missing.join(', ')}` : process.getuid?.() !== 0 && 'needs root, to mount';

describe('a deduplicated file', { skip }, () => {
  let folder: string;
  let disk: OpenedDisk;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostkeep-dedup-'));
    const { image } = await filledNtfs(folder, 4096);
    disk = await openDisk({ format: 'raw', path: image });
  });
  after(async () => {
    await disk.close();
    await rm(folder, { recursive: true });
  });

  test('gives the same bytes wherever reading begins', async () => {
    const system = await openNtfs(disk);
    for (const name of ['one map.txt', 'in parts.bin', 'many chunks.bin', 'moved.bin']) {
      const node = await optimised(system, name);
      const whole = await contentOf(system, node);
      for (const [offset, length] of pieces(node.sizeBytes)) {
        const piece = Buffer.alloc(length);
        await (await openNtfs(disk)).read(node, offset, piece);
        assert.ok(piece.equals(whole.subarray(offset, offset + length)), `${name} from ${offset}`);
      }
      assert.equal((await system.details(node)).storage, 'dedup');
    }
  });

  test('is listed as unreadable when it was written to since, and when its store is gone', async () => {
    const system = await openNtfs(disk);
    assert.equal((await optimised(system, 'written since.bin')).unreadable, 'format/file-deduplicated');
    const [store] = await system.list(await nodeAt(system, ['System Volume Information', 'Dedup', 'ChunkStore']));
    const renamed = await withoutName(disk, system, store!.name);
    assert.equal((await optimised(renamed, 'one map.txt')).unreadable, 'format/file-deduplicated');
  });

  test('gives equal bytes or a reason when what stands before its chunks, or maps them, is damaged', async () => {
    const system = await openNtfs(disk);
    const digests = new Map<string, string>();
    for (const name of ['one map.txt', 'in parts.bin'])
      digests.set(name, sha256(await contentOf(system, await optimised(system, name))));
    const reasons = new Map<string, number>();
    for (const { offset } of await placesToDamage(system)) {
      const bytes = await readBytes(disk, offset, 1);
      const damaged = overlaid(disk, [{ offset, bytes: Buffer.of(bytes[0]! ^ 0x55) }]);
      for (const [name, wanted] of digests) {
        const got = await outcome(damaged, name);
        if (got !== wanted) reasons.set(got, (reasons.get(got) ?? 0) + 1);
      }
    }
    assert.ok((reasons.get('format/ntfs-corrupt') ?? 0) > 5, JSON.stringify([...reasons]));
    const known = ['format/ntfs-corrupt', 'format/ntfs-unsupported', 'format/compressed-corrupt'];
    assert.deepEqual(
      [...reasons.keys()].filter((reason) => !known.includes(reason)),
      [],
    );
  });
});

test('what a deduplicated file says of itself is held against its checksum', () => {
  const body = Buffer.alloc(120);
  body.set([1, 2, 124, 0]);
  body.writeUInt32LE(40_000, 8);
  body.writeUInt32LE(72, 56 + 24);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(body));
  const data = Buffer.concat([body, sum]);
  assert.equal(parseDedupReference(data, 40_000).parts[0]!.end, 40_000);
  for (let at = 4; at < data.length; at += 1) {
    const damaged = Buffer.from(data);
    damaged[at] = damaged[at]! ^ 1;
    assert.throws(() => parseDedupReference(damaged, 40_000), { code: 'format/ntfs-corrupt' });
  }
  assert.throws(() => parseDedupReference(Buffer.from('3.1'), 1), { code: 'format/ntfs-unsupported' });
});

async function nodeAt(system: FileSystem, names: readonly string[]): Promise<FileNode> {
  let node = await system.root();
  for (const name of names) {
    const next = await system.child(node, name);
    assert.ok(next !== undefined, name);
    node = next;
  }
  return node;
}

const optimised = (system: FileSystem, name: string): Promise<FileNode> => nodeAt(system, ['deduplicated', name]);

async function contentOf(system: FileSystem, node: FileNode): Promise<Buffer> {
  const bytes = Buffer.alloc(node.sizeBytes);
  await system.read(node, 0, bytes);
  return bytes;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function outcome(source: BlockSource, name: string): Promise<string> {
  try {
    const system = await openNtfs(source);
    return sha256(await contentOf(system, await optimised(system, name)));
  } catch (error) {
    if (error instanceof HostkeepError) return error.code;
    throw error;
  }
}

/** The volume with the store's folder named otherwise, in the folder that lists it. */
async function withoutName(disk: BlockSource, system: FileSystem, name: string): Promise<FileSystem> {
  for await (const file of system.scan()) {
    if (file.name !== 'ChunkStore') continue;
    const record = await readBytes(disk, file.metadataOffset!, 1024);
    // The record's fixups may stand in the middle of the name.
    const at = [0, 12]
      .map((from) => record.indexOf(Buffer.from(name.slice(from, from + 6), 'utf16le')))
      .find((found) => found > 0);
    assert.ok(at !== undefined);
    return openNtfs(overlaid(disk, [{ offset: file.metadataOffset! + at + 2, bytes: Buffer.from('X', 'utf16le') }]));
  }
  throw new Error('no ChunkStore');
}

/** What a chunk's header says of it, and what a map's first entry says of a chunk. */
const headerFields = [0, 8, 13, 45, 70, 32];
const mapFields = [0, 9, 16, 24, 40, 64, 13];

/** A byte in each chunk's header, and in entries of each map, as places of the volume. */
async function placesToDamage(system: FileSystem): Promise<readonly { readonly offset: number }[]> {
  const stores = await nodeAt(system, ['System Volume Information', 'Dedup', 'ChunkStore']);
  const [store] = await system.list(stores);
  const places: { offset: number }[] = [];
  for (const kind of ['Data', 'Stream']) {
    const folder = await system.child(store!, kind);
    for (const container of await system.list(folder!)) {
      const bytes = await contentOf(system, container);
      const ranges = await system.ranges(container);
      const [magic, fields] = kind === 'Data' ? ['Ckhr', headerFields] : ['Smap', mapFields];
      let turn = 0;
      for (let at = bytes.indexOf(magic); at >= 0 && turn < 30; at = bytes.indexOf(magic, at + 1), turn += 1) {
        const byte = at + fields[turn % fields.length]!;
        const range = ranges.find(({ offset, length }) => byte >= offset && byte < offset + length)!;
        places.push({ offset: range.volumeOffset! + byte - range.offset });
      }
    }
  }
  return places;
}

function pieces(sizeBytes: number): readonly (readonly [number, number])[] {
  const middle = Math.floor(sizeBytes / 2);
  return [
    [1, 1],
    [middle, sizeBytes - middle],
    [sizeBytes - 1, 1],
    [0, middle],
    [middle - 40_000, 70_000],
  ];
}
