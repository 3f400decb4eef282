import assert from 'node:assert/strict';
import { lstat, mkdir, readFile, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { hasCode, HostkeepError } from '#contract';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { folderTarget } from '../../../main/engine/recovery/files/folder-target.ts';
import { treeRestore, type RestoredFiles } from '../../../main/engine/recovery/files/restore-tree.ts';
import type { Conflict } from '../../../main/engine/recovery/files/target.ts';
import type { FileSystem } from '../../../main/engine/formats/file-system.ts';
import { memoryFileSystem, type MemoryFile } from '../../fakes/memory-file-system.ts';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';

interface Wanted {
  readonly conflict?: Conflict;
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
}

async function restore(system: FileSystem, to: string, wanted: Wanted = {}): Promise<RestoredFiles> {
  const target = await folderTarget(to, { conflict: wanted.conflict ?? 'rename', resume: wanted.resume ?? false });
  const restoring = treeRestore(target, {
    onProgress: () => undefined,
    signal: wanted.signal ?? new AbortController().signal,
  });
  try {
    await restoring.restore({ system, volume: '/disk0/part1', source: 'point' }, [], await system.root());
  } finally {
    await target.close();
  }
  return restoring.report();
}

/** A folder inside a folder, so that what leaves the target would be seen. */
async function fenced(context: TestContext): Promise<{ readonly to: string; outside(): Promise<readonly string[]> }> {
  const folder = await temporaryFolder(context);
  const to = join(folder, 'a', 'target');
  await mkdir(to, { recursive: true });
  const outside = async (): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true })).filter((path) => !path.startsWith('a/target') && path !== 'a');
  return { to, outside };
}

const text = (name: string): MemoryFile => ({ name, content: Buffer.from(`content of ${name}`) });

test('no name that a guest can think of leaves the target or becomes a device', async (context) => {
  const { to, outside } = await fenced(context);
  const hostile = [
    '..',
    '../escape',
    '..\\escape',
    '/etc/passwd',
    'C:\\Windows\\x',
    'C:stream',
    'CON',
    'nul.txt',
    'COM1',
    'LPT\u00b2.doc',
    'CONIN$',
    'dot.',
    'space ',
    '. .',
    '...',
    'a\0b',
    'line\nbreak',
    'q?*<>|"',
    '\u202egpj.exe',
    'x'.repeat(300),
    '\u{1F600}'.repeat(200),
    '',
  ];
  const folders = hostile.filter((name) => name !== '').map((name) => ({ name, children: [text('inner')] }));
  const report = await restore(memoryFileSystem([{ name: 'files', children: hostile.slice(0, -1).map(text) }, ...folders]), to);
  assert.deepEqual(report.skipped, []);
  assert.equal(report.files, (hostile.length - 1) * 2);
  assert.deepEqual(await outside(), []);
  for (const name of [...(await readdir(to)), ...(await readdir(join(to, 'files')))]) {
    if (name.startsWith('.hostkeep')) continue;
    assert.ok(!/[<>:"/\\|?*\p{Cc}]|[. ]$/u.test(name) && Buffer.byteLength(name) <= 255, name);
    assert.ok(!/^(con|nul|com1|lpt\u00b2|conin\$)(\.|$)/i.test(name), name);
  }
  assert.ok(report.renamed.some(({ path }) => path.endsWith('/files/CON')));
});

test('names that the target cannot tell apart are all restored, each under a name of its own', async (context) => {
  const { to } = await fenced(context);
  const names = ['File.txt', 'FILE.TXT', 'file.txt', 'Stra\u00dfe', 'STRASSE', '\u00e9', 'e\u0301'];
  const report = await restore(memoryFileSystem(names.map(text)), to, { conflict: 'overwrite' });
  assert.equal(report.files, names.length);
  const contents = await Promise.all(
    (await readdir(to)).filter((name) => !name.startsWith('.hostkeep')).map((name) => readFile(join(to, name), 'utf8')),
  );
  assert.deepEqual(contents.toSorted(), names.map((name) => `content of ${name}`).toSorted());
});

test('a link is made only where it stays inside, and nothing is written through one', async (context) => {
  const { to, outside } = await fenced(context);
  const link = (name: string, target: string): MemoryFile => ({ name, target });
  const system = memoryFileSystem([
    text('a.txt'),
    link('good', 'a.txt'),
    { name: 'deep', children: [link('good up', '..\\a.txt'), link('too far up', '..\\..\\x'), { name: 'd', children: [] }] },
    link('absolute', '/etc/passwd'),
    link('drive', 'C:\\Windows'),
    link('share', '\\\\server\\share'),
    link('hidden up', 'deep\\d\\..\\..\\..\\x'),
    link('same name', '..'),
    { name: 'same name', children: [text('inner')] },
  ]);
  const report = await restore(system, to);
  assert.equal(report.symbolicLinks, 2);
  assert.equal(await readlink(join(to, 'good')), 'a.txt');
  assert.equal(await readlink(join(to, 'deep/good up')), '../a.txt');
  assert.deepEqual(
    report.skipped.map(({ path, code }) => `${path.split('/').at(-1)} ${code}`),
    ['too far up', 'absolute', 'drive', 'share', 'hidden up', 'same name'].map((name) => `${name} recovery/unsafe-link`),
  );
  assert.equal(await readFile(join(to, 'same name/inner'), 'utf8'), 'content of inner');
  assert.deepEqual(await outside(), []);
});

test('a link that waits in the target under the name of a folder or file is not followed', async (context) => {
  const { to, outside } = await fenced(context);
  await symlink('..', join(to, 'folder'));
  await symlink('../planted', join(to, 'file.txt'));
  const system = memoryFileSystem([text('file.txt'), { name: 'folder', children: [text('inner')] }]);
  for (const conflict of ['rename', 'skip', 'overwrite'] as const) await restore(system, to, { conflict });
  assert.deepEqual(await outside(), []);
  assert.ok((await lstat(join(to, 'file.txt'))).isFile(), 'overwriting replaces the link itself');
});

test('levels without end are cut off with a reason', async (context) => {
  const { to } = await fenced(context);
  let chain: MemoryFile = text('end');
  for (let level = 0; level < 16_000; level += 1) chain = { name: 'a', children: [chain] };
  const report = await restore(memoryFileSystem([chain, text('beside')]), to);
  assert.equal(report.files, 1);
  assert.deepEqual(
    report.skipped.map(({ code }) => code),
    ['recovery/path-too-long'],
  );
});

test('a folder that holds itself, or is in two places, is restored once and then told', async (context) => {
  const { to } = await fenced(context);
  const children: MemoryFile[] = [text('beside')];
  const loop: MemoryFile = { name: 'loop', id: 7, children };
  // Followed each time, this would be two to the power of the longest path.
  children.push(loop, { ...loop, name: 'again' });
  const report = await restore(memoryFileSystem([loop, { ...loop, name: 'elsewhere' }]), to);
  assert.deepEqual([report.files, report.folders], [1, 2]);
  assert.deepEqual(
    report.skipped.map(({ path, code }) => `${path} ${code}`),
    ['loop/loop', 'loop/again', 'elsewhere'].map((path) => `/disk0/part1/${path} format/folder-cycle`),
  );
});

test('a path of 32,767 characters is cut off where the target ends, and what is beside it is restored', async (context) => {
  const { to } = await fenced(context);
  let chain: MemoryFile = text('end');
  for (let length = 0; length < 32_767; length += 256) chain = { name: 'n'.repeat(255), children: [chain, text('on the way')] };
  const report = await restore(memoryFileSystem([chain, text('beside')]), to);
  assert.ok(report.files > 1, 'what fits is there');
  assert.ok(report.skipped.length > 0);
  assert.ok(report.skipped.every(({ code }) => code === 'recovery/path-too-long'));
  assert.equal(await readFile(join(to, 'beside'), 'utf8'), 'content of beside');
});

test('names with half of a pair of surrogates are restored, each under a name of its own', async (context) => {
  for (const conflict of ['rename', 'skip', 'overwrite'] as const) {
    const { to } = await fenced(context);
    const names = ['a\ud800', 'a\ud801', 'a\udfff', 'a\ufffd'];
    const report = await restore(memoryFileSystem(names.map((name) => ({ name, content: Buffer.from(escape(name)) }))), to, {
      conflict,
    });
    assert.equal(report.files, names.length);
    const found = (await readdir(to)).filter((name) => !name.startsWith('.hostkeep'));
    const contents = await Promise.all(found.map((name) => readFile(join(to, name), 'utf8')));
    assert.deepEqual(contents.toSorted(), names.map(escape).toSorted(), conflict);
  }
});

test('a long name of FAT with half of a pair of surrogates is listed, found, read and restored', async (context) => {
  const image = zstdDecompressSync(await readFile(new URL('../../fuzz/seeds/fat16.img.zst', import.meta.url)));
  const at = image.indexOf(Buffer.from('Gr\u00fc\u00dfe', 'utf16le'));
  assert.notEqual(at, -1);
  image.writeUInt16LE(0xd800, at);
  const system = await openFileSystem(bufferSource(image));
  const found = [];
  for await (const file of system.scan()) if (file.name === '\ud800r\u00fc\u00dfe.txt') found.push(file);
  assert.equal(found.length, 1);
  const bytes = Buffer.alloc(found[0]!.sizeBytes);
  await system.read(found[0]!, 0, bytes);
  assert.equal(bytes.toString('latin1'), 'DATADATADA');
  const { to } = await fenced(context);
  const report = await restore(system, to);
  assert.deepEqual(report.skipped, []);
  assert.equal(await readFile(join(to, 'd/e/e/p/\ufffdr\u00fc\u00dfe.txt'), 'latin1'), 'DATADATADA');
});

test('what is there already is renamed around, left alone, or replaced, as one chooses', async (context) => {
  const { to } = await fenced(context);
  const system = memoryFileSystem([{ name: 'folder', children: [text('a.txt')] }, text('b.tar.gz')]);
  const seed = async (): Promise<void> => {
    await mkdir(join(to, 'folder'), { recursive: true });
    await writeFile(join(to, 'folder/a.txt'), 'mine');
    await writeFile(join(to, 'b.tar.gz'), 'mine');
  };
  await seed();
  assert.equal((await restore(system, to, { conflict: 'skip' })).kept, 2);
  assert.equal(await readFile(join(to, 'folder/a.txt'), 'utf8'), 'mine');
  const renamed = await restore(system, to);
  assert.equal(await readFile(join(to, 'folder (2)/a.txt'), 'utf8'), 'content of a.txt');
  assert.deepEqual(
    renamed.renamed.map(({ to: name }) => name),
    ['folder (2)', 'b.tar (2).gz'],
  );
  const replaced = await restore(system, to, { conflict: 'overwrite' });
  assert.equal(replaced.files, 2);
  assert.equal(await readFile(join(to, 'folder/a.txt'), 'utf8'), 'content of a.txt');
});

test('a cancelled restore is gone on with where it was, and finished files are not read again', async (context) => {
  const { to } = await fenced(context);
  const content = noise(140 * 1024 * 1024, 5);
  const cancel = new AbortController();
  const offsets: number[] = [];
  const big: MemoryFile = {
    name: 'z big.bin',
    content,
    onRead(offset) {
      offsets.push(offset);
      if (offset >= 129 * 1024 * 1024) cancel.abort();
    },
  };
  let smallReads = 0;
  const small: MemoryFile = { ...text('a small.txt'), onRead: () => (smallReads += 1) };
  const system = memoryFileSystem([small, big]);
  await assert.rejects(restore(system, to, { signal: cancel.signal }), (error) => hasCode(error, 'input/cancelled'));
  assert.deepEqual(
    (await readdir(to)).filter((name) => name.endsWith('.bin')),
    [],
    'no half file under its own name',
  );
  offsets.length = 0;
  const report = await restore(system, to, { resume: true });
  assert.equal(report.kept, 1);
  assert.equal(smallReads, 1);
  assert.ok(offsets[0]! >= 64 * 1024 * 1024, `began again at ${offsets[0]}`);
  assert.ok((await readFile(join(to, 'z big.bin'))).equals(content));
  assert.deepEqual(
    (await readdir(to)).filter((name) => name.includes('partial')),
    [],
  );
});

test('a file that cannot be read is told and leaves nothing under its name', async (context) => {
  const { to } = await fenced(context);
  const fails: MemoryFile = {
    name: 'half.bin',
    content: noise(5_000_000, 3),
    onRead(offset) {
      if (offset > 2_000_000) throw new HostkeepError('format/ntfs-corrupt', { structure: 'test' });
    },
  };
  const report = await restore(
    memoryFileSystem([fails, { ...text('secret'), unreadable: 'format/file-encrypted' }, text('c')]),
    to,
  );
  assert.deepEqual(
    report.skipped.map(({ path, code }) => [path, code]),
    [
      ['/disk0/part1/half.bin', 'format/ntfs-corrupt'],
      ['/disk0/part1/secret', 'format/file-encrypted'],
    ],
  );
  assert.deepEqual(
    (await readdir(to)).filter((name) => name !== '.hostkeep-sidecar.jsonl'),
    ['c'],
  );
});

test('hard links stay linked, and streams go beside the files with their names in the list', async (context) => {
  const { to } = await fenced(context);
  const one = { content: Buffer.from('one'), id: 7, links: 2 };
  const system = memoryFileSystem([
    { name: 'first', ...one },
    { name: 'folder', children: [{ name: 'second', ...one }] },
    { ...text('with streams'), streams: { 'Zone.Identifier': Buffer.from('[ZoneTransfer]'), '..\\x:y': Buffer.from('hostile') } },
  ]);
  const report = await restore(system, to);
  assert.deepEqual([report.files, report.hardLinks, report.streams], [2, 1, 2]);
  assert.equal((await stat(join(to, 'first'))).ino, (await stat(join(to, 'folder/second'))).ino);
  const lines = (await readFile(join(to, '.hostkeep-sidecar.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { path: string; streams?: { name: string; file: string }[] });
  const { streams } = lines.find((line) => line.path === 'with streams')!;
  assert.equal(await readFile(join(to, streams!.find(({ name }) => name === 'Zone.Identifier')!.file), 'utf8'), '[ZoneTransfer]');
});
