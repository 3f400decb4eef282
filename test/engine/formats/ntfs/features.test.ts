import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { hasCode } from '#contract';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { openNtfs } from '../../../../main/engine/formats/ntfs/index.ts';
import type { FileNode, FileSystem } from '../../../../main/engine/formats/file-system.ts';
import { attributeAt } from './volume-reading.ts';

/** The small volume with every feature that the fuzz begins with; test/fuzz/make-ntfs-seed.ts makes it. */
const sound = zstdDecompressSync(await readFile(new URL('../../../fixtures/ntfs-features.zst', import.meta.url)));
const clusterBytes = 4096;
const recordBytes = 1024;
const mftAt = 4 * clusterBytes;
const types = { volumeInformation: 0x70, data: 0x80 } as const;

const open = (bytes: Buffer): Promise<FileSystem> => openNtfs(bufferSource(bytes));

async function at(system: FileSystem, path: string): Promise<FileNode> {
  let node = await system.root();
  for (const name of path.split('/')) {
    const next = await system.child(node, name);
    assert.ok(next !== undefined, `${path}: no ${name}`);
    node = next;
  }
  return node;
}

/** A copy of the volume with one attribute of a record changed. */
function withAttribute(recordOffset: number, type: number, change: (attribute: Buffer) => void): Buffer {
  const copy = Buffer.from(sound);
  const record = copy.subarray(recordOffset, recordOffset + recordBytes);
  change(record.subarray(attributeAt(record, type)));
  return copy;
}

async function offsetOf(name: string): Promise<number> {
  for await (const file of (await open(sound)).scan()) if (file.name === name) return file.metadataOffset!;
  throw new Error(`no ${name}`);
}

test('names are found whatever their case, by the table of the volume, and by their DOS name', async () => {
  const system = await open(sound);
  const names = await at(system, 'NAMES');
  assert.equal(
    (await system.child(names, 'gr\u00dc\u00dfE \u00e4\u00f6\u00fc \u00df'))?.name,
    'Gr\u00fc\u00dfe \u00c4\u00d6\u00dc \u00df',
  );
  assert.equal((await system.child(names, 'mixed \u00e6\u00f8\u00c5.TXT'))?.name, 'MiXeD \u00c6\u00d8\u00c5.txt');
  assert.equal((await system.child(names, 'alongn~1.txt'))?.name, 'A long name with a DOS name.txt');
  assert.equal((await system.child(names, 'SAME'))?.name, 'SAME', 'where case tells names apart, the exact one');
  assert.equal((await system.child(names, 'same'))?.name, 'same');
  assert.equal(await system.child(names, 'not there'), undefined);
  assert.equal(await system.child(names, ''), undefined);
});

test('every entry of a folder is found by descending to it', async () => {
  const system = await open(sound);
  const folder = await at(system, 'large folder');
  const listed = await system.list(folder);
  assert.ok(listed.length > 60);
  for (const node of listed) assert.deepEqual(await system.child(folder, node.name.toUpperCase()), node);
});

test('a file that the guest encrypted is listed and never read', async () => {
  const system = await open(withAttribute(await offsetOf('large.bin'), types.data, (data) => data.writeUInt16LE(0x4000, 12)));
  const node = await at(system, 'plain/large.bin');
  assert.equal(node.unreadable, 'format/file-encrypted');
  assert.equal((await system.details(node)).storage, 'encrypted');
  await assert.rejects(system.read(node, 0, Buffer.alloc(1)), (error) => hasCode(error, 'format/file-encrypted'));
  const listed = (await system.list(await at(system, 'plain'))).find(({ name }) => name === 'large.bin');
  assert.deepEqual(listed, node);
});

test('the state tells a dirty volume, a journal with changes, and free space that is not to be trusted', async () => {
  assert.deepEqual(await (await open(sound)).state(), {
    clean: true,
    freeSpace: 'exact',
    note: null,
    version: '3.1',
    clusterBytes,
  });
  const dirty = await (
    await open(
      withAttribute(mftAt + 3 * recordBytes, types.volumeInformation, (information) => information.writeUInt16LE(1, 24 + 10)),
    )
  ).state();
  assert.deepEqual([dirty.clean, dirty.freeSpace], [false, 'uncertain']);
  assert.equal(dirty.note?.id, 'ntfs-dirty');

  const system = await open(sound);
  const logAt = await firstCluster(system, 2);
  const pending = Buffer.from(sound);
  restartPage(pending.subarray(logAt, logAt + 4096));
  const state = await (await open(pending)).state();
  assert.deepEqual([state.clean, state.freeSpace], [false, 'flushed']);
  assert.equal(state.note?.id, 'ntfs-in-use');
  assert.ok((await (await open(pending)).list(await system.root())).length > 5, 'and the files are read all the same');
  pending.write('????', logAt);
  pending.write('????', logAt + 4096);
  assert.equal((await (await open(pending)).state()).note?.id, 'ntfs-log-damaged');
});

test('a restart page that says clean counts for nothing beside one that cannot be read', async () => {
  const logAt = await firstCluster(await open(sound), 2);
  for (const [first, second] of [
    ['clean', 'damaged'],
    ['damaged', 'clean'],
    ['damaged', 'never written'],
  ]) {
    const changed = Buffer.from(sound);
    for (const [at, says] of [first, second].entries()) {
      const page = changed.subarray(logAt + at * 4096, logAt + (at + 1) * 4096);
      if (says !== 'never written') restartPage(page);
      if (says === 'clean') page.writeUInt16LE(2, 48 + 14);
      if (says === 'damaged') page[510] = 6;
    }
    const state = await (await open(changed)).state();
    assert.deepEqual([state.freeSpace, state.note?.id], ['uncertain', 'ntfs-log-damaged'], `${first}, ${second}`);
  }
  const clean = Buffer.from(sound);
  restartPage(clean.subarray(logAt, logAt + 4096));
  clean.writeUInt16LE(2, logAt + 48 + 14);
  assert.equal((await (await open(clean)).state()).clean, true);
});

test('a volume whose boot sector was overwritten is known and read by the copy in its last sector', async () => {
  const names = async (volume: Buffer): Promise<readonly string[]> => {
    const system = await openFileSystem(bufferSource(volume));
    const { freeSpace, note } = await system.state();
    // What counts as free is left out of backups: it must not be the word of a volume that was there before.
    if (volume !== sound) assert.deepEqual([freeSpace, note?.id], ['uncertain', 'boot-copy-used']);
    return (await system.list(await system.root())).map(({ name }) => name);
  };
  const whole = await names(sound);
  for (const fill of [0, 0xa5]) assert.deepEqual(await names(Buffer.from(sound).fill(fill, 0, 512)), whole);
  const without = Buffer.from(sound)
    .fill(0, 0, 512)
    .fill(0, sound.length - 512);
  await assert.rejects(names(without), (error) => hasCode(error, 'format/file-system-unknown'));
});

/** Where a file of the file system itself begins. */
async function firstCluster(system: FileSystem, record: number): Promise<number> {
  const node: FileNode = { id: record, name: '', type: 'file', sizeBytes: 0, modified: null, unreadable: null };
  return (await system.ranges(node))[0]!.volumeOffset!;
}

/** A restart page of a log that is in use ([NTFS] "File - $LogFile"). */
function restartPage(page: Buffer): void {
  page.fill(0);
  page.write('RSTR', 0);
  page.writeUInt16LE(30, 4);
  page.writeUInt16LE(9, 6);
  page.writeUInt16LE(48, 24);
  page.writeBigUInt64LE(77n, 48);
  page.writeUInt16LE(0, 48 + 12);
  for (let sector = 0; sector < 9; sector += 1) page.writeUInt16LE(sector === 0 ? 5 : 0, 30 + sector * 2);
  for (let end = 510; end < page.length; end += 512) page.writeUInt16LE(5, end);
}

test('a scan of some of the metadata gives just the files that it belongs to, whole', async () => {
  const system = await open(sound);
  const all = await Array.fromAsync(system.scan());
  const wanted = ['large.bin', 'shuffled.bin', 'first.bin'];
  const only = all
    .filter(({ name }) => wanted.includes(name))
    .map(({ metadataOffset }) => ({ offset: metadataOffset! + 100, length: 1 }))
    .toSorted((a, b) => a.offset - b.offset);
  const some = await Array.fromAsync(system.scan({ only }));
  const ids = new Set(all.filter(({ name }) => wanted.includes(name)).map(({ id }) => id));
  assert.equal(ids.size, 3);
  assert.deepEqual(
    some,
    all.filter(({ id }) => ids.has(id)),
  );
  assert.ok(some.length > 10, 'a file with many names comes with all of them');
  assert.deepEqual(await Array.fromAsync(system.scan({ only: [] })), []);
});

test('free ranges are what is left beside every file', async () => {
  const system = await open(sound);
  let free = 0;
  for await (const { offset, length } of system.freeRanges()) {
    assert.equal(offset % clusterBytes, 0);
    free += length / clusterBytes;
  }
  assert.ok(free > 1000 && free < sound.length / clusterBytes);
});
