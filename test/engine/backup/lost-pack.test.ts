import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runBackup } from '#engine/backup';
import { memoryStorage } from '#engine/storage';
import { labHypervisor } from '#lab';
import { findRun, openHome } from '#service';
import { clock, newRepository, noise, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';
import { copyLab } from '../../fixtures/lab.ts';
import { backUpImage } from '../../fixtures/points.ts';

test('a run into a repository that has lost a pack is no plain success: what it adds may stand on what is lost', async (context) => {
  const folder = await temporaryFolder(context);
  await copyLab(folder);
  const home = openHome(folder);
  context.after(() => home.close());
  const repository = await newRepository(memoryStorage(), { reserve: false });
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(1024 * 1024, 1));
  await backUpImage(repository, { image });
  const [pack] = await repository.storage.list('packs');
  const backUp = async () => {
    const of = { hypervisor: labHypervisor(folder, { clock, random }), hostName: 'LAB', repository, journal: home.journal };
    const how = { policy: 'require', truncateLogs: false, skipUnused: false } as const;
    const run = home.newRunId();
    const done = await runBackup({ ...of, ...how, run, ...quiet }, { vms: ['LNX01'] });
    return { done, steps: findRun(home.state, run).steps };
  };
  assert.equal((await backUp()).done.result, 'success');

  await repository.storage.remove(pack!.name);
  const { done, steps } = await backUp();
  assert.deepEqual([done.result, done.points.length], ['warning', 1]);
  assert.match(done.vms[0]!.warnings.join(), /^1 pack .* hostkeep repo check/);
  assert.ok(steps.some(({ step, state, detail }) => step === 'preflight' && state === 'warning' && detail?.startsWith('1 pack')));
});
