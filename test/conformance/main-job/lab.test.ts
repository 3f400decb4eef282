import { labHypervisor, labRestorer } from '#lab';
import { clock, random, temporaryFolder } from '../../fixtures/environment.ts';
import { copyLab } from '../../fixtures/lab.ts';
import { mainJobConformance } from './suite.ts';

mainJobConformance('lab', async (context) => {
  const home = await temporaryFolder(context);
  await copyLab(home);
  return { home, hypervisor: labHypervisor(home, { clock, random }), restorer: labRestorer(home), tracking: true };
});
