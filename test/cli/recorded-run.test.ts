import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import type { Repository } from '#engine/repository';
import { openHome } from '#service';
import { recorded } from '../../main/cli/recorded-run.ts';
import { rememberedPoints } from '../../main/service/state/points.ts';
import { listRuns } from '../../main/service/state/runs.ts';
import { noise, quickRepository, quiet, temporaryFolder } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';

const everything = { vm: null, repository: null, limit: 10 };

test('a run is not over before the lists have what came of it, and is over all the same where they cannot be had', async (context) => {
  const folder = await temporaryFolder(context);
  const repository = await quickRepository();
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(64 * 1024, 1));
  const { point } = await backUpImage(repository, { image });
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  const carrying = { openHome: async () => openHome(join(folder, 'home')), runId: undefined, ...quiet };
  const verify = (remembers: Repository): Promise<object> =>
    recorded(carrying, { kind: 'verify', repository: repository.id, subjects: [], remembers }, async () => ({}));
  const stateOf = (): string => listRuns(home.state, 1)[0]!.state;

  const seen: string[] = [];
  const names = (of: string): Promise<readonly string[]> => {
    seen.push(stateOf());
    return repository.storage.names(of);
  };
  await verify({ ...repository, storage: { ...repository.storage, names } });
  assert.deepEqual([...new Set(seen)], ['running']);
  assert.equal(stateOf(), 'success');
  assert.deepEqual(
    rememberedPoints(home.state, everything).map(({ id }) => id),
    [point.id],
  );

  const away = (): Promise<never> => Promise.reject(new HostkeepError('storage/unreachable'));
  await assert.rejects(verify({ ...repository, storage: { ...repository.storage, names: away, list: away } }), /storage/);
  assert.equal(stateOf(), 'success', 'the work itself was done');
});
