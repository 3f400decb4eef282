import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { HostkeepError } from '#contract';
import { runBackup } from '#engine/backup';
import type { Hypervisor } from '#engine/ports';
import { listPoints, type Repository } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { labHypervisor, passDays } from '#lab';
import { openHome } from '#service';
import { faultyStorage } from '../../fakes/faulty-storage.ts';
import { clock, newRepository, quickRepository, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';
import { copyLab } from '../../fixtures/lab.ts';

/** Backs up APP01, whose logs wait to be truncated; tells what was asked of the host at the end, and what the repository held then. */
async function run(context: TestContext, repository: Repository) {
  const folder = join(await temporaryFolder(context), 'home');
  await copyLab(folder);
  await passDays(folder, 1);
  const home = openHome(folder);
  context.after(() => home.close());
  const lab = labHypervisor(folder, { clock, random });
  const asked: string[] = [];
  let [held, intended]: [readonly string[], string | undefined] = [[], undefined];
  const hypervisor: Hypervisor = {
    ...lab,
    async beginBackup(...words) {
      const session = await lab.beginBackup(...words);
      return {
        ...session,
        async complete(onReached) {
          asked.push('complete');
          held = (await listPoints(repository)).points.map(({ id }) => id);
          intended = home.journal.intendedBaseline(repository.id, words[0].vmId)?.point;
          return session.complete(onReached);
        },
        async abort(reason) {
          asked.push('abort');
          return session.abort(reason);
        },
      };
    },
  };
  const how = { policy: 'require', truncateLogs: true, skipUnused: false, ...quiet } as const;
  const of = { hypervisor, hostName: 'LAB', repository, journal: home.journal, run: home.newRunId(), ...how };
  const { result, vms } = await runBackup(of, { vms: ['APP01'] });
  const left = (await lab.listResidue()).filter(({ kind }) => kind !== 'reference-point');
  return { result, vm: vms[0]!, asked, held, intended, left };
}

test('a guest is told of success, and truncates its logs, once the restore point is there and it is written down what the host will have', async (context) => {
  const { result, vm, asked, held, intended } = await run(context, await quickRepository());
  assert.deepEqual([result, asked], ['success', ['complete']]);
  assert.deepEqual([held, intended], [[vm.point], vm.point]);
});

test('a restore point that cannot be published is no success for the guest: all is undone', async (context) => {
  const storage = faultyStorage(memoryStorage(), (act, name) => {
    if (act.startsWith('before') && name.startsWith('points/')) throw new HostkeepError('storage/full', { file: name });
  });
  const { result, vm, asked, left } = await run(context, await newRepository(storage, { reserve: false }));
  assert.deepEqual([result, vm.error?.code, vm.point, asked, left], ['failed', 'storage/full', null, ['abort'], []]);
});
