import assert from 'node:assert/strict';
import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { crc32 } from 'node:zlib';
import { bufferSource } from '#engine/blocks';
import { nameVolume, openFileSystem, readPartitionTable } from '#engine/formats/volumes';
import { hasCode } from '#contract';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;
const diskBytes = 64 * mib;

async function emptyDisk(context: TestContext, bytes = diskBytes): Promise<string> {
  const path = join(await temporaryFolder(context), 'disk.raw');
  await writeFile(path, '');
  await truncate(path, bytes);
  return path;
}

async function tableOf(path: string): Promise<Awaited<ReturnType<typeof readPartitionTable>>> {
  const disk = await openDisk({ format: 'raw', path });
  try {
    return await readPartitionTable(disk);
  } finally {
    await disk.close();
  }
}

async function wipe(path: string, offset: number, length: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(length, 0xee), 0, length, offset);
  await file.close();
}

test('a GPT whose primary copy is damaged is read from its backup, and that is said', async (context) => {
  if (!needs(context, { sgdisk: 'gdisk' })) return;
  const places = { header: [512, 92], table: [1024, 128], 'header and table': [512, 33 * 512] } as const;
  for (const [name, [offset, length]] of Object.entries(places)) {
    const path = await emptyDisk(context);
    run('sgdisk', '-n1:2048:+10M', '-c1:Gr\u00fc\u00dfe', '-n2:0:+20M', '-t2:0700', '-n7:0:0', path);
    const before = await tableOf(path);
    assert.equal(before.note, null);
    assert.deepEqual(
      before.partitions.map((part) => [part.index, part.offset, part.length]),
      [
        [1, mib, 10 * mib],
        [2, 11 * mib, 20 * mib],
        [7, 31 * mib, 33 * mib - 34 * 512 + 512],
      ],
    );
    assert.equal(before.partitions[0]!.name, 'Gr\u00fc\u00dfe');
    await wipe(path, offset, length);
    const after = await tableOf(path);
    assert.deepEqual(after.partitions, before.partitions, name);
    assert.equal(after.note?.id, 'gpt-backup-used');
    await wipe(path, diskBytes - 512, 512);
    await assert.rejects(tableOf(path), (error) => hasCode(error, 'format/gpt-corrupt'), name);
  }
});

test('a GPT header of which a byte is not what its checksum says is not believed, wherever that byte is', async (context) => {
  if (!needs(context, { sgdisk: 'gdisk' })) return;
  const path = await emptyDisk(context);
  run('sgdisk', '-n1:2048:+10M', path);
  const sound = await readFile(path);
  // The revision, the disk's GUID, and how long an entry is; then a checksum of the table itself.
  for (const at of [8, 60, 86, 89]) {
    const flipped = Buffer.from(sound);
    flipped[512 + at]! ^= 1;
    await writeFile(path, flipped);
    const { partitions, note } = await tableOf(path);
    assert.deepEqual([partitions.length, note?.id], [1, 'gpt-backup-used'], `byte ${at}`);
    flipped[diskBytes - 512 + at]! ^= 1;
    await writeFile(path, flipped);
    await assert.rejects(tableOf(path), (error) => hasCode(error, 'format/gpt-corrupt'), `byte ${at}`);
  }
});

test('a GPT with a partition that reaches beyond the disk is damage, however sound its checksums', async (context) => {
  if (!needs(context, { sgdisk: 'gdisk' })) return;
  const path = await emptyDisk(context);
  run('sgdisk', '-n1:2048:+10M', path);
  const disk = await readFile(path);
  const [table, lastSector] = [disk.subarray(1024, 1024 + 128 * 128), diskBytes / 512];
  const endingAt = async (sector: number): Promise<void> => {
    table.writeBigUInt64LE(BigInt(sector), 40);
    const header = disk.subarray(512, 512 + 92);
    header.writeUInt32LE(crc32(table), 88);
    header.writeUInt32LE(0, 16);
    header.writeUInt32LE(crc32(header), 16);
    await writeFile(path, disk);
  };
  await endingAt(lastSector - 1);
  assert.equal((await tableOf(path)).partitions[0]!.length, diskBytes - mib);
  for (const sector of [lastSector, 2047, Number.MAX_SAFE_INTEGER]) {
    await endingAt(sector);
    await assert.rejects(tableOf(path), (error) => hasCode(error, 'format/gpt-corrupt'), String(sector));
  }
});

test('a GPT whose backup is gone is read, and that is said', async (context) => {
  if (!needs(context, { sgdisk: 'gdisk' })) return;
  const path = await emptyDisk(context);
  run('sgdisk', '-n1:2048:+10M', path);
  await wipe(path, diskBytes - 512, 512);
  const { partitions, note } = await tableOf(path);
  assert.equal(partitions.length, 1);
  assert.equal(note?.id, 'gpt-backup-bad');
});

test('a disk that was made MBR again is not read by the GPT left on it', async (context) => {
  if (!needs(context, { sgdisk: 'gdisk', sfdisk: 'fdisk' })) return;
  const path = await emptyDisk(context);
  run('sgdisk', '-n1:2048:+10M', path);
  const script = join(await temporaryFolder(context), 'script');
  await writeFile(script, 'label: dos\nstart=4096, size=20480, type=7\n');
  run('sh', '-c', `sfdisk --wipe never -q ${path} < ${script}`);
  // sfdisk clears the headers; an older tool would not have.
  const gpt = await emptyDisk(context);
  run('sgdisk', '-n1:2048:+10M', gpt);
  const file = await open(path, 'r+');
  await file.write((await readFile(gpt)).subarray(512, 34 * 512), 0, 33 * 512, 512);
  await file.close();
  const { scheme, partitions } = await tableOf(path);
  assert.equal(scheme, 'mbr');
  assert.deepEqual(
    partitions.map((part) => [part.index, part.offset, part.length, part.type]),
    [[1, 4096 * 512, 20_480 * 512, '0x07']],
  );
});

async function extendedDisk(context: TestContext): Promise<string> {
  const path = await emptyDisk(context);
  const script = join(await temporaryFolder(context), 'script');
  const rows = [
    '1 : start=2048, size=8192, type=7',
    '2 : start=10240, size=80000, type=f',
    '5 : start=12288, size=8192, type=83',
    '6 : start=22528, size=4096, type=82',
    '7 : start=28672, size=2048, type=b',
  ];
  await writeFile(script, `label: dos\n${rows.join('\n')}\n`);
  run('sh', '-c', `sfdisk -q ${path} < ${script}`);
  return path;
}

test('logical partitions of an extended one are found where sfdisk put them', async (context) => {
  if (!needs(context, { sfdisk: 'fdisk' })) return;
  const path = await extendedDisk(context);
  const told = JSON.parse(run('sfdisk', '-J', path)) as {
    partitiontable: { partitions: { node: string; start: number; size: number; type: string }[] };
  };
  const expected = told.partitiontable.partitions
    .filter((part) => part.type !== 'f')
    .map((part) => [Number(/\d+$/.exec(part.node)![0]), part.start * 512, part.size * 512, `0x${part.type.padStart(2, '0')}`]);
  const { partitions } = await tableOf(path);
  assert.deepEqual(
    partitions.map((part) => [part.index, part.offset, part.length, part.type]),
    expected,
  );
  assert.equal(partitions.length, 4);
});

test('a chain of extended boot records that bites its tail is refused', async (context) => {
  if (!needs(context, { sfdisk: 'fdisk' })) return;
  const path = await extendedDisk(context);
  const bytes = await readFile(path);
  const second = 10_240 + bytes.readUInt32LE(10_240 * 512 + 462 + 8);
  bytes.writeUInt8(5, second * 512 + 462 + 4);
  bytes.writeUInt32LE(second - 10_240, second * 512 + 462 + 8);
  await assert.rejects(readPartitionTable(bufferSource(bytes)), (error) => hasCode(error, 'format/mbr-corrupt'));
});

test('what cannot be read is named, never called unknown', async () => {
  const at = (offset: number, text: string): Buffer => {
    const bytes = Buffer.alloc(mib);
    bytes.write(text, offset, 'latin1');
    return bytes;
  };
  const tail = (offset: number): Buffer => at(offset, '\u00fc\u004e\u002b\u00a9');
  const cases = [
    ['BitLocker', at(3, '-FVE-FS-'), 'format/volume-encrypted'],
    ['LUKS1', at(0, 'LUKS\u00ba\u00be\0\u0001'), 'format/volume-encrypted'],
    ['LUKS2', at(0, 'LUKS\u00ba\u00be\0\u0002'), 'format/volume-encrypted'],
    ['ReFS', at(3, 'ReFS\0\0\0\0'), 'format/file-system-unsupported'],
    ['ZFS', at(132 * 1024, '\u000c\u00b1\u00ba\0\0\0\0\0'), 'format/file-system-unsupported'],
    ['LVM', at(512, 'LABELONE'), 'format/file-system-unsupported'],
    ['swap', at(4086, 'SWAPSPACE2'), 'format/file-system-unsupported'],
    ['mdraid', tail(4096), 'format/file-system-unsupported'],
    ['mdraid', tail(mib - 64 * 1024), 'format/file-system-unsupported'],
    ['mdraid', tail(mib - 8 * 1024), 'format/file-system-unsupported'],
    ['unknown', Buffer.alloc(mib), 'format/file-system-unknown'],
  ] as const;
  for (const [kind, bytes, code] of cases) {
    const volume = bufferSource(bytes);
    assert.equal(await nameVolume(volume), kind);
    await assert.rejects(openFileSystem(volume), (error) => hasCode(error, code), kind);
  }
  const dynamic = bufferSource(at(3, 'NTFS    '));
  assert.equal(await nameVolume(dynamic, '0x42'), 'LDM');
  await assert.rejects(openFileSystem(dynamic, '0x42'), (error) => hasCode(error, 'format/file-system-unsupported'));
});

for (const [kind, tool, packages, make] of [
  ['swap', 'mkswap', 'util-linux', ['mkswap']],
  [
    'LUKS2',
    'cryptsetup',
    'cryptsetup-bin',
    [
      'cryptsetup',
      '-q',
      'luksFormat',
      '--type',
      'luks2',
      '--pbkdf-force-iterations',
      '4',
      '--pbkdf-memory',
      '32',
      '--pbkdf',
      'argon2id',
      '--key-file',
      '/etc/hostname',
    ],
  ],
] as const) {
  test(`a volume made by ${tool} is named ${kind}`, async (context) => {
    if (!needs(context, { [tool]: packages })) return;
    const path = await emptyDisk(context);
    run(make[0], ...make.slice(1), path);
    const disk = await openDisk({ format: 'raw', path });
    assert.equal(await nameVolume(disk), kind);
    await disk.close();
  });
}
