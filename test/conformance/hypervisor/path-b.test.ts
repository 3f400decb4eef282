import { test } from 'node:test';
import type { Hypervisor } from '#engine/ports';
import type { World } from '../../powershell/simulator/world.ts';
import { findEngine, missingEngine } from '../../powershell/simulator/engine.ts';
import { simulate } from '../../powershell/simulator/host.ts';
import { hypervisorConformance } from './suite.ts';

const faults = {
  'writer-retryable': { at: 'CreateSnapshot', name: 'vss-retryable', times: 3 },
  'writer-failed': { at: 'CreateSnapshot', name: 'vss-failed', times: 1 },
  'checkpoint-failed': { at: 'CreateSnapshot', name: 'out-of-space', times: 1 },
  'host-vanish': { at: 'CreateSnapshot', name: 'host-dies', times: 1 },
  'merge-hang': { at: 'merge', name: 'merge-hangs', times: 1 },
} as const;

const engine = await findEngine();
if (engine === null) test('path B', { skip: missingEngine });
else
  hypervisorConformance('path B', async (context, disks) => {
    const { home, host, world } = await simulate(context, { path: 'checkpoint', smallDisks: disks === 'any' });
    const disturb = async (what: keyof typeof faults): Promise<void> => void world.faults.push({ ...faults[what] });
    return { home, host: settled(host, world), tracking: true, disturb };
  });

/** A merge that hung ends once somebody looks after it. */
function settled(host: Hypervisor, world: World): Hypervisor {
  return {
    ...host,
    async listResidue() {
      world.merging.clear();
      return host.listResidue();
    },
  };
}
