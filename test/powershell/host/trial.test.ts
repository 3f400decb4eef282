import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { tryVm } from '#host';
import { labVms } from '../../../main/lab/vms.ts';
import { quiet } from '../../fixtures/environment.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';
import { addForeign, foreignOf } from '../simulator/world.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const vmId = labVms[0]!.id;

for (const path of ['checkpoint', 'shadow'] as const)
  test(
    `path ${path}: a trial of a VM tells what only a checkpoint can, and leaves the host as it was`,
    { skip },
    async (context) => {
      const { host, world } = await simulate(context, { path, smallDisks: true });
      addForeign(world, vmId);
      const items = await tryVm({ host, vmId, run: 'r1', signal: quiet.signal });
      assert.ok(
        items.every((item) => item.holds),
        JSON.stringify(items),
      );
      assert.deepEqual([await host.listResidue(), foreignOf(world)], [[], 3]);
      world.faults.push({ at: path === 'checkpoint' ? 'CreateSnapshot' : 'shadow-add', name: 'denied', times: 1 });
      const refused = await tryVm({ host, vmId, run: 'r2', signal: quiet.signal });
      assert.deepEqual(
        refused.map(({ id, holds, found }) => [id, holds, found]),
        [
          ['trial', false, refused[0]!.found],
          ['trial-left', true, 'nothing'],
        ],
      );
      assert.match(refused[0]!.found, /^failed: host\/access-denied/);
    },
  );

test('a guest whose disks cannot be handed over does not stay frozen', { skip }, async (context) => {
  const { host, world } = await simulate(context, { path: 'checkpoint', smallDisks: true });
  world.diskFormat = 'VHD';
  const wanted = { vmId, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
  const begun = host.beginBackup(wanted, () => undefined, quiet.signal);
  await assert.rejects(begun, (error) => hasCode(error, 'host/disk-not-protected'));
  assert.deepEqual([await host.listResidue(), world.snapshots], [[], []]);
});
