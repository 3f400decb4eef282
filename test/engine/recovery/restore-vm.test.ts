import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, HostkeepError, type Progress, type RestorePoint } from '#contract';
import { restoreVm } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import { newRepository, noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { memoryStorage } from '#engine/storage';

const mib = 1024 * 1024;

interface Shop {
  readonly folder: string;
  readonly repository: Repository;
  /** A VM of two disks and a definition. */
  readonly point: RestorePoint;
}

async function shop(context: TestContext): Promise<Shop> {
  const folder = await temporaryFolder(context);
  const repository = await newRepository(memoryStorage(), { reserve: false });
  const disks = [];
  for (const index of [0, 1]) {
    const image = join(folder, `${index}.raw`);
    await writeFile(image, noise(6 * mib, index + 1));
    const { point } = await backUpImage(repository, { image });
    disks.push({ ...point.disks[0]!, index, label: `disk${index}.vhdx` });
  }
  const definition = [{ name: 'vm.vmcx', contentBase64: Buffer.from('settings').toString('base64') }];
  const point = {
    version: 1,
    id: '0123456789abcdef',
    vm: 'SQL01',
    vmId: null,
    host: null,
    time: 0,
    consistency: 'crash',
    run: 'r',
  } as const;
  return { folder, repository, point: { ...point, disks, definition } };
}

test('a restored VM has its name only when all of it is there', async (context) => {
  const { folder, repository, point } = await shop(context);
  const to = join(folder, 'a', 'b');
  const restored = await restoreVm(repository, point, { ...quiet, to });
  assert.deepEqual(restored, { folder: join(to, 'SQL01'), files: ['disk0.vhdx', 'disk1.vhdx', 'vm.vmcx'] });
  assert.deepEqual(await readdir(to), ['SQL01']);
  assert.deepEqual((await readdir(restored.folder)).toSorted(), ['disk0.vhdx', 'disk1.vhdx', 'vm.vmcx']);
  assert.equal(await readFile(join(restored.folder, 'vm.vmcx'), 'utf8'), 'settings');
});

test('a restore of a VM that is cancelled in its second disk, or finds damage there, leaves nothing: no folder that it made either', async (context) => {
  const { folder, repository, point } = await shop(context);
  const to = join(folder, 'made', 'for', 'it');
  const cancel = new AbortController();
  let seen = 0;
  const onProgress = ({ phase, doneBytes, totalBytes }: Progress): void => {
    if (phase === 'restore' && doneBytes >= totalBytes && (seen += 1) === 1) cancel.abort(new HostkeepError('input/cancelled'));
  };
  await assert.rejects(restoreVm(repository, point, { to, onProgress, signal: cancel.signal }), (error) =>
    hasCode(error, 'input/cancelled'),
  );
  assert.ok(!(await readdir(folder)).includes('made'));

  const lost = { ...point, disks: [point.disks[0]!, { ...point.disks[1]!, map: 'f'.repeat(32) }] };
  const there = join(folder, 'there');
  await mkdir(there);
  await assert.rejects(restoreVm(repository, lost, { ...quiet, to: there }), (error) =>
    hasCode(error, 'repository/chunk-missing'),
  );
  assert.deepEqual(await readdir(there), [], 'a folder that was there stays');
});

test('a VM is never restored over what is there, nor over what a killed restore has left', async (context) => {
  const { folder, repository, point } = await shop(context);
  for (const name of ['SQL01', 'SQL01.partial']) {
    const to = join(folder, `to ${name}`);
    await mkdir(join(to, name), { recursive: true });
    await writeFile(join(to, name, 'mine'), 'mine');
    await assert.rejects(
      restoreVm(repository, point, { ...quiet, to }),
      (error) => hasCode(error, 'input/target-exists') && error.details['path'] === join(to, name),
    );
    assert.deepEqual(await readdir(to), [name]);
    assert.deepEqual(await readdir(join(to, name)), ['mine']);
  }
});
