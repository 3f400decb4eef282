import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { bufferSource, readBytes } from '#engine/blocks';
import { describeGroup } from '../../../main/engine/formats/lvm2/group.ts';
import { logicalVolume } from '../../../main/engine/formats/lvm2/mapped.ts';
import { findVolumeGroups } from '../../../main/engine/formats/lvm2/index.ts';
import { guestVolumes, parseGuestPath } from '#engine/recovery';
import { hasCode } from '#contract';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;
const quietly = ['-q', '--driverloaded', 'n', '--config', 'devices{use_devicesfile=0 scan_lvs=0} backup{backup=0 archive=0}'];

interface Made {
  readonly images: readonly string[];
  readonly group: string;
}

/** A group over two disks, made by LVM's own tools: a linear volume in two pieces and a striped one between them. */
async function makeGroup(context: TestContext): Promise<Made> {
  const folder = await temporaryFolder(context);
  const images = [join(folder, 'a.raw'), join(folder, 'b.raw')];
  for (const image of images) {
    await writeFile(image, '');
    await truncate(image, 96 * mib);
  }
  const group = `hk${process.pid}`;
  const loops = images.map((image) => run('losetup', '-f', '--show', image).trim());
  const lvm = (command: string, ...rest: readonly string[]): void =>
    void run('sh', '-c', 'exec "$@" 2>/dev/null', 'sh', command, ...quietly, ...rest);
  const create = ['-an', '-Zn', '-Wn', '-y'];
  try {
    lvm('pvcreate', ...loops);
    lvm('vgcreate', '-s', '1M', group, ...loops);
    lvm('lvcreate', ...create, '-L', '20M', '-n', 'linear', group, loops[0]!);
    lvm('lvcreate', ...create, '-i', '2', '-I', '64', '-L', '40M', '-n', 'striped-1', group);
    lvm('lvextend', '-L', '30M', `${group}/linear`, loops[1]!);
    lvm('lvcreate', ...create, '--type', 'zero', '-L', '4M', '-n', 'zeros', group);
  } finally {
    for (const loop of loops) run('losetup', '-d', loop);
  }
  return { images, group };
}

/** Where LVM itself says that the pieces are: `lvs` on the restored images, not our reading of the text. */
function pieces(made: Made, volume: string): readonly string[] {
  const loops = made.images.map((image) => run('losetup', '-f', '--show', '-r', image).trim());
  try {
    const shown = run(
      'sh',
      '-c',
      'exec "$@" 2>/dev/null',
      'sh',
      'lvs',
      ...quietly,
      '--noheadings',
      '-o',
      'seg_pe_ranges',
      `${made.group}/${volume}`,
    );
    return shown
      .trim()
      .split('\n')
      .map((line) => loops.reduce((text, loop, index) => text.replaceAll(loop, `pv${index}`), line.trim()));
  } finally {
    for (const loop of loops) run('losetup', '-d', loop);
  }
}

const firstExtent = mib;

/** Puts a volume together with the shell's arithmetic: extents of LVM's ranges, stripes of 64 KiB in turns. */
async function assemble(made: Made, volume: string): Promise<Buffer> {
  const disks = await Promise.all(made.images.map((image) => readFile(image)));
  const parts = pieces(made, volume).map((line) => {
    const areas = line.split(' ').map((area) => {
      const [, disk, from, to] = /^pv(\d):(\d+)-(\d+)$/.exec(area)!.map(Number);
      return disks[disk!]!.subarray(firstExtent + from! * mib, firstExtent + (to! + 1) * mib);
    });
    if (areas.length === 1) return areas[0]!;
    const stripes = areas[0]!.length / 65_536;
    return Buffer.concat(
      Array.from({ length: stripes }, (_, turn) => areas.map((area) => area.subarray(turn * 65_536, (turn + 1) * 65_536))).flat(),
    );
  });
  return Buffer.concat(parts);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('linear and striped volumes over two disks read as LVM says they lie; other kinds are named and refused', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, for loop devices');
  if (!needs(context, { lvcreate: 'lvm2', losetup: 'mount' })) return;
  const made = await makeGroup(context);
  for (const [index, image] of made.images.entries()) {
    const file = await open(image, 'r+');
    await file.write(noise(80 * mib, index + 5), 0, 80 * mib, firstExtent);
    await file.close();
  }
  const disks = await Promise.all(made.images.map((path) => openDisk({ format: 'raw', path })));
  const volumes = guestVolumes({ indexes: [0, 1], open: async (index) => disks[index]! });
  const { groups, damaged } = await volumes.groups();
  assert.deepEqual(damaged, []);
  assert.deepEqual(
    groups[0]?.volumes.map(({ name, sizeBytes, type }) => [name, sizeBytes, type]),
    [
      ['linear', 30 * mib, 'linear'],
      ['striped-1', 40 * mib, 'striped'],
      ['zeros', 4 * mib, 'zero'],
    ],
  );
  for (const name of ['linear', 'striped-1']) {
    const place = parseGuestPath(`/lvm/${made.group}/${name}`).place!;
    const volume = await volumes.open(place);
    assert.equal(digest(await readBytes(volume, 0, volume.sizeBytes)), digest(await assemble(made, name)), name);
    // Reads that start and end anywhere give the same bytes.
    const odd = await readBytes(volume, 65_000, 200_001);
    assert.ok(odd.equals((await assemble(made, name)).subarray(65_000, 265_001)));
  }
  await assert.rejects(volumes.open(parseGuestPath(`/lvm/${made.group}/zeros`).place!), (error) =>
    hasCode(error, 'format/lvm-unsupported'),
  );
  const alone = guestVolumes({ indexes: [0], open: async () => disks[0]! });
  await assert.rejects(alone.open(parseGuestPath(`/lvm/${made.group}/striped-1`).place!), (error) =>
    hasCode(error, 'format/lvm-incomplete'),
  );
  assert.equal((await alone.groups()).groups[0]?.missing.length, 1);
  for (const disk of disks) await disk.close();
});

test('the store of a snapshot, and a volume into which one is merged, are named and not read as they lie', () => {
  const plain = (name: string, extent: number): string =>
    `${name} { id = "${name}" status = ["READ", "VISIBLE"] segment_count = 1
      segment1 { start_extent = 0 extent_count = 5 type = "striped" stripe_count = 1 stripes = ["pv0", ${extent}] } }`;
  const snapshot = (name: string, fields: string): string =>
    `${name} { id = "${name}" status = ["READ"] segment_count = 1
      segment1 { start_extent = 0 extent_count = 5 type = "snapshot" chunk_size = 8 ${fields} } }`;
  const text = `vg { id = "g" seqno = 4 extent_size = 2048
    physical_volumes { pv0 { id = "p" pe_start = 2048 pe_count = 90 } }
    logical_volumes { ${plain('data', 0)} ${plain('before', 5)} ${plain('root', 10)} ${plain('undo', 15)}
      ${snapshot('snapshot0', 'origin = "data" cow_store = "before"')} ${snapshot('snapshot1', 'origin = "root" merging_store = "undo"')} } }`;
  const { logical } = describeGroup({ id: 'p', source: bufferSource(Buffer.alloc(512)), damage: undefined, text });
  assert.deepEqual(
    logical.filter(({ visible }) => visible).map(({ name, segments }) => [name, segments[0]!.type, segments[0]!.areas.length]),
    [
      ['data', 'striped', 1],
      ['before', 'snapshot', 0],
      ['root', 'snapshot', 0],
      ['undo', 'snapshot', 0],
    ],
  );
});

test('a file is read by its path through a logical volume', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, for loop devices');
  if (!needs(context, { lvcreate: 'lvm2', 'mkfs.ext4': 'e2fsprogs' })) return;
  const made = await makeGroup(context);
  const disks = await Promise.all(made.images.map((path) => openDisk({ format: 'raw', path })));
  // The ext4 image goes where LVM says, through the mapping that the other test has compared.
  const image = `${made.images[0]}.ext4`;
  await writeFile(image, '');
  await truncate(image, 40 * mib);
  await writeFile(`${image}.file`, 'striped');
  run('mke2fs', '-q', '-F', '-t', 'ext4', image);
  run('debugfs', '-w', '-R', `write ${image}.file hello.txt`, image);
  const content = await readFile(image);
  const ranges = pieces(made, 'striped-1');
  for (const disk of disks) await disk.close();
  const files = await Promise.all(made.images.map((path) => open(path, 'r+')));
  let at = 0;
  for (const line of ranges) {
    const areas = line.split(' ').map((area) => /^pv(\d):(\d+)-(\d+)$/.exec(area)!.map(Number));
    const stripes = ((areas[0]![3]! - areas[0]![2]! + 1) * mib) / 65_536;
    for (let turn = 0; turn < stripes; turn += 1)
      for (const [, disk, from] of areas) {
        await files[disk!]!.write(content, at, 65_536, firstExtent + from! * mib + turn * 65_536);
        at += 65_536;
      }
  }
  for (const file of files) await file.close();
  const again = await Promise.all(made.images.map((path) => openDisk({ format: 'raw', path })));
  const volumes = guestVolumes({ indexes: [0, 1], open: async (index) => again[index]! });
  const { fileSystem, node } = await volumes.find(parseGuestPath(`/lvm/${made.group}/striped-1/hello.txt`));
  const bytes = Buffer.alloc(node.sizeBytes);
  await fileSystem.read(node, 0, bytes);
  assert.equal(bytes.toString(), 'striped');
  assert.deepEqual(
    (await volumes.all()).map(({ path, kind }) => [path, kind]),
    [
      ['/disk0/part0', 'LVM'],
      ['/disk1/part0', 'LVM'],
      [`/lvm/${made.group}/linear`, 'unknown'],
      [`/lvm/${made.group}/striped-1`, 'ext4'],
      [`/lvm/${made.group}/zeros`, 'unknown'],
    ],
  );
  for (const disk of again) await disk.close();
});

test('a description that was changed is refused, and the other disk\u2019s copy is used', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, for loop devices');
  if (!needs(context, { lvcreate: 'lvm2' })) return;
  const made = await makeGroup(context);
  const copy = `${made.images[0]}.copy`;
  await copyFile(made.images[0]!, copy);
  const [first, second] = [await readFile(copy), await readFile(made.images[1]!)];
  const at = first.lastIndexOf('extent_size');
  first.write('extent_sizf', at);
  for (let text = first.indexOf('extent_size'); text >= 0; text = first.indexOf('extent_size', text + 1)) first.write('X', text);
  const both = await findVolumeGroups([bufferSource(first), bufferSource(second)]);
  assert.equal(both.damaged[0]?.code, 'format/lvm-corrupt');
  assert.deepEqual(
    both.groups.map(({ missing, volumes }) => [missing.length, volumes.length]),
    [[0, 3]],
  );
  const alone = await findVolumeGroups([bufferSource(first)]);
  assert.deepEqual([alone.groups.length, alone.damaged.length], [0, 1]);
});

test('a volume striped in turns of a sector is read, and not told piece by piece', async () => {
  const physical = (name: string): string => `${name} { id = "${name}" pe_start = 2048 pe_count = 1000 }`;
  const text = `vg { id = "g" seqno = 1 extent_size = 2097152
    physical_volumes { ${physical('pv0')} ${physical('pv1')} }
    logical_volumes { big { id = "big" status = ["READ", "VISIBLE"] segment_count = 1
      segment1 { start_extent = 0 extent_count = 2000 type = "striped" stripe_count = 2 stripe_size = 1 stripes = ["pv0", 0, "pv1", 0] } } } }`;
  const huge = { ...bufferSource(Buffer.alloc(512)), sizeBytes: 2 ** 41, read: async () => undefined };
  const group = describeGroup({ id: 'p', source: huge, damage: undefined, text });
  const found = new Map([
    ['pv0', huge],
    ['pv1', huge],
  ]);
  const volume = logicalVolume(group, group.logical[0]!, found);
  await volume.read(2 ** 40, Buffer.alloc(4096));
  let pieces = 0;
  assert.throws(
    () => {
      for (const _ of volume.locate(0, volume.sizeBytes)) if ((pieces += 1) > 10_000_000) assert.fail('without end');
    },
    (error) => hasCode(error, 'format/lvm-unsupported'),
  );
});
