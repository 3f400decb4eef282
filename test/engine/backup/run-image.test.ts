import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import { runImageBackup } from '#engine/backup';
import { listPoints } from '#engine/repository';
import { findRun, openHome } from '#service';
import { noise, quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';

test('the backup of an image that is cancelled is recorded as cancelled, one that breaks as failed', async (context) => {
  const folder = await temporaryFolder(context);
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  const repository = await quickRepository();
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(1024 * 1024, 1));
  const backUp = (run: string, of: { readonly image: string; readonly signal: AbortSignal }): Promise<unknown> =>
    runImageBackup({ ...quiet, repository, journal: home.journal, run, vm: 'VM1', skipUnused: false, ...of });
  const stateOf = (run: string): string => findRun(home.state, run).run.state;

  const cancelled = AbortSignal.abort(new HostkeepError('input/cancelled'));
  await assert.rejects(backUp('aa01', { image, signal: cancelled }), (error) => hasCode(error, 'input/cancelled'));
  await assert.rejects(backUp('aa02', { image: join(folder, 'none.raw'), signal: quiet.signal }));
  assert.deepEqual([stateOf('aa01'), stateOf('aa02')], ['cancelled', 'failed']);
  assert.deepEqual((await listPoints(repository)).points, []);
});
