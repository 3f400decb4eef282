import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { applyCheckpoint, keepCheckpoint } from '#lab';
import { labVms } from '../../../main/lab/vms.ts';
import { backUpAcrossReverts, backUpReplaced, guestOn } from '../../fixtures/lineage.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const vmId = labVms.find(({ name }) => name === 'LNX01')!.id;

test(
  'a VM that was put back to a checkpoint between two backups is read whole, though Hyper-V answers for the old reference point',
  { skip },
  async (context) => {
    const simulation = await simulate(context, { path: 'checkpoint', smallDisks: true });
    await backUpAcrossReverts(await guestOn(context, simulation), {
      async keep() {
        await keepCheckpoint(simulation.home, 'LNX01');
        simulation.world.snapshots.push({ id: randomUUID(), vmId, ours: false, type: 'Standard' });
      },
      apply: () => applyCheckpoint(simulation.home, 'LNX01'),
    });
  },
);

test('a disk whose file was replaced by one of the same name and identity is read whole', { skip }, async (context) => {
  await backUpReplaced(await guestOn(context, await simulate(context, { path: 'checkpoint', smallDisks: true })));
});
