import { test } from 'node:test';
import { findEngine, missingEngine } from '../../powershell/simulator/engine.ts';
import { simulate } from '../../powershell/simulator/host.ts';
import { mainJobConformance } from './suite.ts';

const engine = await findEngine();
for (const path of ['checkpoint', 'shadow'] as const) {
  const name = path === 'checkpoint' ? 'path B' : 'path A';
  const tracking = path === 'checkpoint';
  if (engine === null) test(name, { skip: missingEngine });
  else
    mainJobConformance(
      name,
      async (context) => {
        const { home, host, restorer } = await simulate(context, { path });
        return { home, hypervisor: host, restorer, tracking };
      },
      tracking,
    );
}
