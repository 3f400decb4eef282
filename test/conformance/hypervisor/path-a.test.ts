import { test } from 'node:test';
import { findEngine, missingEngine } from '../../powershell/simulator/engine.ts';
import { simulate } from '../../powershell/simulator/host.ts';
import { hypervisorConformance } from './suite.ts';

const faults = {
  'writer-retryable': { at: 'shadow-create', name: 'vss-retryable', times: 3 },
  'writer-failed': { at: 'writers', name: 'vss-failed', times: 1 },
  'checkpoint-failed': { at: 'shadow-create', name: 'out-of-space', times: 1 },
  'host-vanish': { at: 'Win32_ShadowCopy', name: 'host-dies', times: 1 },
  'merge-hang': { at: 'shadow-end', name: 'vss-failed', times: 1 },
} as const;

const engine = await findEngine();
if (engine === null) test('path A', { skip: missingEngine });
else
  hypervisorConformance('path A', async (context, disks) => {
    const { home, host, world } = await simulate(context, { path: 'shadow', smallDisks: disks === 'any' });
    const disturb = async (what: keyof typeof faults): Promise<void> => void world.faults.push({ ...faults[what] });
    return { home, host: host, tracking: false, disturb };
  });
