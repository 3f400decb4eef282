import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyPoint } from '#engine/verify';
import { noise, quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { subjectOf } from './guest-volume.ts';

const tebibyte = 2 ** 40;

test(
  'a file of terabytes of nothing keeps no verification busy, not even of every byte',
  { timeout: 120_000 },
  async (context) => {
    if (!needs(context, { 'mkfs.ext4': 'e2fsprogs' })) return;
    const folder = await temporaryFolder(context);
    const [image, tree] = [join(folder, 'disk.img'), join(folder, 'tree')];
    await mkdir(join(tree, 'boot'), { recursive: true });
    await writeFile(join(tree, 'boot', 'vmlinuz-1'), noise(300_000, 1));
    await truncate(join(tree, 'boot', 'vmlinuz-1'), 2 * tebibyte);
    await writeFile(image, '');
    await truncate(image, 64 * 1024 * 1024);
    run('mkfs.ext4', '-q', '-F', '-d', tree, image);
    const repository = await quickRepository();
    const { point } = await backUpImage(repository, { image, threads: 1 });
    const subject = subjectOf({ repository, point });
    const { grade, checks, reading } = await verifyPoint(subject, { depth: 'all', by: 'test', ...quiet });
    assert.notEqual(grade, 'failed', JSON.stringify(checks));
    assert.equal(checks.find(({ check }) => check === 'boot-files')?.verdict, 'passed');
    assert.deepEqual([reading.files, reading.bytes], [1, 2 * tebibyte]);
  },
);
