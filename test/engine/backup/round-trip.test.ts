import assert from 'node:assert/strict';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { restoreDisk } from '#engine/recovery';
import { checkRepository } from '#engine/repository';
import { folderRepository, noise, quiet, sha256, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;

/** Data, zeros, repeated and odd-sized stretches. */
function image(): Buffer {
  const text = Buffer.from('All work and no play makes a backup dull. '.repeat(200_000)).subarray(0, 6 * mib);
  return Buffer.concat([noise(20 * mib, 1), Buffer.alloc(30 * mib), text, noise(20 * mib, 1), noise(9 * mib + 512, 2)]);
}

for (const threads of [0, 3]) {
  test(`a raw image comes back byte for byte, with ${threads} threads`, async (context) => {
    const folder = await temporaryFolder(context);
    const repository = await folderRepository(context);
    const source = join(folder, 'disk.raw');
    await writeFile(source, image());
    const { point, newBytes } = await backUpImage(repository, { image: source, threads });
    assert.ok(newBytes < 31 * mib, `the repeated part is stored once: ${newBytes}`);
    const target = join(folder, 'back.raw');
    await restoreDisk(repository, point, 0, { to: target, format: 'raw', ...quiet });
    assert.equal(await sha256(target), await sha256(source));
    const report = await checkRepository(repository, { readData: true, repairIndex: false, ...quiet });
    assert.deepEqual(report.problems, []);
  });
}

test('a second backup stores what changed and little more', async (context) => {
  const folder = await temporaryFolder(context);
  const repository = await folderRepository(context);
  const source = join(folder, 'disk.raw');
  const bytes = noise(64 * mib, 7);
  await writeFile(source, bytes);
  const first = await backUpImage(repository, { image: source });
  const file = await open(source, 'r+');
  let changedBytes = 0;
  for (let block = 0; block < bytes.length / 4096; block += 50) {
    await file.write(noise(4096, block + 99), 0, 4096, block * 4096);
    changedBytes += 4096;
  }
  await file.close();
  const second = await backUpImage(repository, { image: source, parent: first.point });
  assert.ok(second.newBytes <= changedBytes * 1.3 + mib / 16, `${second.newBytes} for ${changedBytes} changed`);
  const target = join(folder, 'back.raw');
  await restoreDisk(repository, second.point, 0, { to: target, format: 'raw', ...quiet });
  assert.equal(await sha256(target), await sha256(source));
});

test('a backup by changed ranges reads only those', async (context) => {
  const folder = await temporaryFolder(context);
  const repository = await folderRepository(context);
  const source = join(folder, 'disk.raw');
  await writeFile(source, noise(64 * mib, 7));
  const first = await backUpImage(repository, { image: source });
  const file = await open(source, 'r+');
  await file.write(noise(100_000, 5), 0, 100_000, 33_000_000);
  await file.close();
  const second = await backUpImage(repository, {
    image: source,
    parent: first.point,
    changed: [{ offset: 33_000_000, length: 100_000 }],
  });
  assert.ok(second.readBytes < 110_000, `${second.readBytes}`);
  const target = join(folder, 'back.raw');
  await restoreDisk(repository, second.point, 0, { to: target, format: 'raw', ...quiet });
  assert.equal(await sha256(target), await sha256(source));
});

test('the same files in other places of another disk cost less than a twentieth of their bytes', async (context) => {
  if (!needs(context, { mke2fs: 'e2fsprogs' })) return;
  const folder = await temporaryFolder(context);
  const files = Array.from({ length: 48 }, (_, at) => {
    const bytes = 30_000 + ((at * 7_919) % 24) * 40_000;
    return at % 2 === 0 ? noise(bytes, at + 1) : Buffer.from(`line ${at} of a log, `.repeat(bytes / 16)).subarray(0, bytes);
  });
  const allBytes = files.reduce((sum, { length }) => sum + length, 0);
  /** A disk with all of them, named and written in the order that a step gives. */
  const make = async (name: string, step: number, ...shape: readonly string[]): Promise<string> => {
    const [from, image] = [join(folder, name), join(folder, `${name}.raw`)];
    await mkdir(from);
    for (let at = 0; at < files.length; at += 1) await writeFile(join(from, `${at}`), files[(at * step) % files.length]!);
    await writeFile(image, '');
    run('mke2fs', '-q', '-F', '-b', '4096', '-d', from, ...shape, image, '48M');
    return image;
  };
  const repository = await folderRepository(context);
  const first = await backUpImage(repository, { image: await make('first', 1, '-t', 'ext4') });
  assert.ok(first.newBytes > allBytes / 3, `${first.newBytes} of ${allBytes}`);
  const other = await make('other', 5, '-t', 'ext4', '-O', '^has_journal', '-N', '20000', '-E', 'offset=1048576');
  const second = await backUpImage(repository, { image: other });
  assert.ok(second.newBytes < allBytes / 20, `${second.newBytes} of ${allBytes}`);
  const target = join(folder, 'back.raw');
  await restoreDisk(repository, second.point, 0, { to: target, format: 'raw', ...quiet });
  assert.equal(await sha256(target), await sha256(other));
});
