import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Hypervisor } from '#engine/ports';
import { labVms } from '../../../main/lab/vms.ts';
import { quiet } from '../../fixtures/environment.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';

const engine = await findEngine();
const skip = engine === null ? missingEngine : false;

test('200 VMs are discovered in one round trip', { skip }, async (context) => {
  const extraVms = Array.from({ length: 200 - labVms.length }, (_, at) => ({ id: randomUUID(), name: `VM ${at}` }));
  const { host, shell, world } = await simulate(context, { extraVms, smallDisks: true });
  const before = shell.roundTrips;
  assert.equal((await host.listVms()).length, 200);
  assert.equal(shell.roundTrips - before, 1);
  for (const query of ['Get-VM', 'Msvm_KvpExchangeComponent'])
    assert.equal(world.calls.filter((call) => call === query).length, 1, `${query} is asked once, not once a VM`);
});

/** What a whole run of one VM asks of the host layer: list, preflight, begin, complete, and the residue before and after. */
async function fullRun(host: Hypervisor, vmId: string): Promise<void> {
  await host.listResidue();
  await host.preflight([vmId]);
  const wanted = { vmId, run: 'r1', policy: 'require', truncateLogs: true, since: null, repository: 'repo' } as const;
  await (await host.beginBackup(wanted, () => undefined, quiet.signal)).complete();
  await host.listResidue();
}

const bound = 7;

for (const path of ['checkpoint', 'shadow'] as const)
  test(
    `path ${path}: a full run of a VM takes at most ${bound} round trips, however many VMs the host has`,
    { skip },
    async (context) => {
      const extraVms = Array.from({ length: 50 }, (_, at) => ({ id: randomUUID(), name: `VM ${at}` }));
      const { host, shell } = await simulate(context, { path, extraVms, smallDisks: true });
      const counts: number[] = [];
      for (const { id } of labVms.slice(0, 2)) {
        const before = shell.roundTrips;
        await fullRun(host, id);
        counts.push(shell.roundTrips - before);
      }
      assert.ok(
        counts.every((count) => count <= bound),
        `round trips: ${counts.join(', ')}`,
      );
      assert.equal(counts[0], counts[1]);
      context.diagnostic(`round trips of a run, path ${path}: ${counts[0]}`);
    },
  );
