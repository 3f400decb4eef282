import { join } from 'node:path';
import { labHypervisor, labRecoverer } from '#lab';
import { readLab, updateLab } from '../../../main/lab/state.ts';
import { clock, random, temporaryFolder } from '../../fixtures/environment.ts';
import { createSmallLab } from '../../powershell/simulator/small-lab.ts';
import { recovererConformance } from './suite.ts';

recovererConformance('lab', async (context) => {
  const home = await temporaryFolder(context);
  await createSmallLab(home);
  return {
    host: labHypervisor(home, { clock, random }),
    recoverer: labRecoverer(home),
    definition: [],
    failStart: async () =>
      void (await updateLab(home, (lab) => ({
        ...lab,
        faults: [{ step: 'start-vm', kind: 'recovery-fails', vm: null, times: 1 }],
      }))),
    connections: async () => Object.keys((await readLab(home)).recoveries ?? {}).length,
    localDisk: join(home, 'lab', 'LNX01', 'lnx01.vhdx'),
  };
});
