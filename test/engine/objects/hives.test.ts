import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { checkHive, openHive, valueText, writeRegFile } from '#engine/objects';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { writeHive, type KeyToWrite } from '../../fixtures/hive-writer.ts';
import { parseReg, type RegContent } from '../../fixtures/reg-text.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { memoryBytes } from './memory-bytes.ts';

const hivex = { hivexregedit: 'libwin-hivex-perl', hivexsh: 'libhivex-bin' };
const text = (value: string): Buffer => Buffer.from(value, 'utf16le');
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => (at * 37 + 11) & 0xff));

/** Values of every type, short and long, and names with everything a name may hold. */
const tree: KeyToWrite = {
  name: 'ROOT',
  keys: [
    {
      name: 'Values',
      values: [
        { name: '', type: 1, data: text('the default\0') },
        { name: 'path', type: 1, data: text('C:\\Program Files\\"x"\0') },
        { name: 'no end', type: 1, data: text('abc') },
        { name: 'two lines', type: 1, data: text('one\r\ntwo\0') },
        { name: 'expand', type: 2, data: text('%SystemRoot%\\x\0') },
        { name: 'binary', type: 3, data: noise(100) },
        { name: 'none', type: 3, data: Buffer.alloc(0) },
        { name: 'number', type: 4, data: Buffer.from([0x78, 0x56, 0x34, 0x12]) },
        { name: 'short number', type: 4, data: Buffer.from([1, 2]) },
        { name: 'big', type: 5, data: Buffer.from([0, 0, 1, 2]) },
        { name: 'several', type: 7, data: text('a\0b\0\0') },
        { name: 'large', type: 11, data: Buffer.from([1, 0, 0, 0, 0, 0, 0, 0x80]) },
        { name: 'odd type', type: 0x1234, data: noise(5) },
        { name: 'segments', type: 3, data: noise(40_000) },
        { name: 'Größe "in" \\ MiB', type: 4, data: Buffer.from([9, 0, 0, 0]) },
      ],
    },
    { name: 'Schlüssel [1]', keys: [{ name: 'image/png', values: [{ name: 'x', type: 1, data: text('y\0') }] }] },
    { name: 'Many', keys: Array.from({ length: 300 }, (_, at) => ({ name: `key ${at}` })) },
  ],
};

async function exported(hive: Buffer, under = 'HKEY_LOCAL_MACHINE\\TEST'): Promise<Buffer> {
  const opened = await openHive(memoryBytes(hive));
  const pieces: Buffer[] = [];
  const onSkip = (subject: string, error: unknown): never => assert.fail(`${subject}: ${String(error)}`);
  for await (const piece of writeRegFile(opened, await opened.root(), { under, onSkip })) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('a .reg file has the mark, the version, and lines that regedit breaks the same way', async () => {
  const bytes = await exported(writeHive(tree));
  assert.deepEqual([...bytes.subarray(0, 2)], [0xff, 0xfe]);
  const lines = bytes.toString('utf16le', 2).split('\r\n');
  assert.equal(lines[0], 'Windows Registry Editor Version 5.00');
  assert.deepEqual(lines.slice(1, 3), ['', '[HKEY_LOCAL_MACHINE\\TEST]']);
  assert.ok(
    lines.every((line) => line.length <= 80 || !line.includes('hex')),
    'bytes stay in 80 columns',
  );
  assert.ok(lines.includes('"path"="C:\\\\Program Files\\\\\\"x\\""'));
  assert.ok(lines.includes('"number"=dword:12345678'));
  assert.ok(lines.includes('@="the default"'));
  assert.ok(lines.includes('"none"=hex:'));
  assert.ok(lines.some((line) => line.startsWith('"two lines"=hex(1):')));
  assert.ok(lines.includes('[HKEY_LOCAL_MACHINE\\TEST\\Schlüssel [1]\\image/png]'));
});

test('names that no line can hold are left out and told', async () => {
  const hive = await openHive(
    memoryBytes(
      writeHive({
        name: 'ROOT',
        values: [{ name: 'a\r\nb', type: 1, data: text('x\0') }],
        keys: [{ name: 'with\\backslash' }, { name: 'good' }],
      }),
    ),
  );
  const skipped: string[] = [];
  const pieces: string[] = [];
  const options = { under: 'HKEY_USERS\\X', onSkip: (subject: string) => void skipped.push(subject) };
  for await (const piece of writeRegFile(hive, await hive.root(), options)) pieces.push(piece.toString('utf16le'));
  assert.deepEqual(skipped, ['HKEY_USERS\\X\\a\r\nb', 'HKEY_USERS\\X\\with\\backslash']);
  assert.deepEqual(Object.keys(parseReg(pieces.join(''))), ['HKEY_USERS\\X', 'HKEY_USERS\\X\\good']);
});

test('values are shown as people read them', () => {
  assert.equal(valueText(1, text('abc\0rest\0')), 'abc');
  assert.equal(valueText(7, text('a\0b\0\0')), 'a | b');
  assert.equal(valueText(4, Buffer.from([1, 0, 0, 0])), '0x00000001 (1)');
  assert.equal(valueText(11, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])), '0x0000000000000001 (1)');
  assert.equal(valueText(4, Buffer.from([1, 2])), '01 02');
  assert.equal(valueText(1, Buffer.from([0x61])), '');
});

/** A Perl program: it takes and gives UTF-8 when it is told to. */
function hivexregedit(...parameters: readonly string[]): string {
  return run('env', 'PERL_UNICODE=SDA', 'hivexregedit', ...parameters);
}

/** A hive as hivex writes it: our smallest one, into which it merges the text. */
async function mergedByHivex(context: TestContext, reg: string): Promise<Buffer> {
  const folder = await temporaryFolder(context);
  const [hive, file] = [join(folder, 'HIVE'), join(folder, 'merge.reg')];
  await writeFile(hive, writeHive({ name: 'ROOT' }));
  await writeFile(file, reg.replace(/^\ufeff/, ''));
  hivexregedit('--merge', '--prefix', 'HKEY_LOCAL_MACHINE\\TEST', hive, file);
  return readFile(hive);
}

test('hivex reads our .reg files and our hives, and we read what it writes: every key, value, type and byte', async (context) => {
  if (!needs(context, hivex)) return;
  const folder = await temporaryFolder(context);
  const original = writeHive(tree);
  const ours = (await exported(original)).toString('utf16le');
  const path = join(folder, 'HIVE');
  await writeFile(path, original);
  const theirs = hivexregedit('--export', '--prefix', 'HKEY_LOCAL_MACHINE\\TEST', path, '\\');
  assertSame(parseReg(ours), parseReg(theirs));
  const merged = await mergedByHivex(context, ours);
  assert.ok((await checkHive(memoryBytes(merged))).cells > 300);
  assertSame(parseReg((await exported(merged)).toString('utf16le')), parseReg(ours));
});

/** Key by key: a whole hive in a failure helps nobody. */
function assertSame(one: RegContent, other: RegContent): void {
  assert.deepEqual(Object.keys(one).toSorted(), Object.keys(other).toSorted());
  for (const [key, values] of Object.entries(one)) assert.deepEqual(values, other[key], key);
}

test('libregf finds the same keys and values in our hives', async (context) => {
  if (!needs(context, { regfexport: 'libregf-utils' })) return;
  const path = join(await temporaryFolder(context), 'HIVE');
  await writeFile(path, writeHive(tree));
  const theirs = run('regfexport', path);
  const content = parseReg((await exported(writeHive(tree))).toString('utf16le'));
  for (const [key, values] of Object.entries(content)) {
    const name = key.split('\\').at(-1)!;
    if (key.includes('\\TEST\\')) assert.ok(theirs.includes(`${name}\n`) || theirs.includes(`\\${name}`), key);
    for (const value of Object.keys(values)) if (value !== '') assert.ok(theirs.includes(value), value);
  }
});

test('a key beside a damaged one is found; one that may be the damaged one is not called missing', async () => {
  const hive = writeHive({ name: 'ROOT', keys: [{ name: 'aaa' }, { name: 'zzz' }] });
  // The signature of the first key's cell.
  hive.write('xx', hive.indexOf('aaa') - 76, 'latin1');
  const opened = await openHive(memoryBytes(hive));
  const root = await opened.root();
  assert.equal((await opened.child(root, 'ZZZ'))?.name, 'zzz');
  await assert.rejects(opened.child(root, 'aaa'), (error) => hasCode(error, 'format/registry-corrupt'));
});
