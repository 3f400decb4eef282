import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../fixtures/command-line.ts';
import { needs, run } from '../fixtures/tools.ts';

interface Listed {
  readonly path: string;
  readonly fileSystem: string | null;
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
}

test('logical partitions of a disk with an MBR are listed and read by the numbers that Linux gives them', async (context) => {
  if (!needs(context, { sfdisk: 'fdisk', 'mkfs.ext4': 'e2fsprogs' })) return;
  const line = await commandLine(context, { lab: false });
  const disk = join(line.folder, 'disk.raw');
  const parts = await Promise.all(
    ['first', 'second'].map(async (name) => {
      const folder = join(line.folder, name);
      await mkdir(folder);
      await writeFile(join(folder, 'note.txt'), `of the ${name} logical partition`);
      const volume = `${folder}.ext4`;
      run('sh', '-c', `truncate -s 8M ${volume}; PATH="$PATH:/sbin" mkfs.ext4 -q -d ${folder} ${volume}`);
      return volume;
    }),
  );
  const rows = ['1 : start=2048, size=8192, type=6', '2 : start=10240, size=61440, type=5'];
  const logical = ['5 : start=12288, size=16384, type=83', '6 : start=30720, size=16384, type=83'];
  await writeFile(join(line.folder, 'table'), ['label: dos', ...rows, ...logical, ''].join('\n'));
  run('sh', '-c', `truncate -s 36M ${disk}; PATH="$PATH:/sbin" sfdisk -q ${disk} < ${line.folder}/table`);
  for (const [at, volume] of parts.entries())
    run('dd', `if=${volume}`, `of=${disk}`, 'bs=512', `seek=${[12_288, 30_720][at]}`, 'conv=notrunc', 'status=none');

  await line.json('backup', '--image', disk, '--name', 'MBR');
  const listed = await line.json<readonly Listed[]>('disks', 'MBR@latest');
  assert.deepEqual(
    JSON.stringify(listed)
      .match(/part\d+/g)
      ?.filter((name, at, all) => all.indexOf(name) === at),
    ['part1', 'part5', 'part6'],
  );
  for (const [part, name] of [
    ['part5', 'first'],
    ['part6', 'second'],
  ] as const) {
    const { stdout } = await line.run('cat', 'MBR@latest', `/disk0/${part}/note.txt`);
    assert.equal(stdout, `of the ${name} logical partition`);
  }
  const back = join(line.folder, 'back.raw');
  await line.json('restore-disk', 'MBR@latest', '--format', 'raw', '--to', back);
  for (const [at, volume] of parts.entries()) {
    const start = [12_288, 30_720][at]! * 512;
    run(
      'sh',
      '-c',
      `tail -c +${start + 1} ${back} | head -c 8388608 > ${volume}.back; PATH="$PATH:/sbin" e2fsck -fn ${volume}.back`,
    );
  }
});

test('a volume that was cut out of a fixed VHD, with the footer of the whole at its end, is a raw image', async (context) => {
  if (!needs(context, { bzcat: 'bzip2', icat: 'sleuthkit' })) return;
  const candidates = [
    new URL('../../../shared/images/charlie.dd.bz2', import.meta.url).pathname,
    '/work/shared/images/charlie.dd.bz2',
  ];
  const packed = candidates.find((path) => existsSync(path));
  if (packed === undefined) return context.skip('needs ../shared/images/charlie.dd.bz2');
  const line = await commandLine(context, { lab: false });
  const image = join(line.folder, 'charlie.dd');
  run('sh', '-c', `bzcat ${packed} > ${image}`);

  await line.json('backup', '--image', image, '--name', 'charlie', '--no-skip');
  assert.match(JSON.stringify(await line.json('disks', 'charlie@latest')), /NTFS/);
  const rows = await line.json<readonly Row[]>('ls', 'charlie@latest', '/disk0/part0');
  assert.deepEqual(
    rows.map((row) => [row.name, row.type]),
    [
      ['Nine.txt', 'file'],
      ['System Volume Information', 'folder'],
    ],
  );
  const { stdout } = await line.run('cat', 'charlie@latest', '/disk0/part0/Nine.txt');
  assert.equal(stdout, run('icat', image, '38-128-3'));
  assert.equal(Buffer.byteLength(stdout), rows[0]!.sizeBytes);
  const back = join(line.folder, 'back.raw');
  await line.json('restore-disk', 'charlie@latest', '--format', 'raw', '--to', back);
  assert.ok((await readFile(back)).equals(await readFile(image)));
});
