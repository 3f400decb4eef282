import { labHypervisor, labRestorer } from '#lab';
import { readLab, updateLab, updateVm } from '../../../main/lab/state.ts';
import { clock, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';
import { createSmallLab } from '../../powershell/simulator/small-lab.ts';
import { restorerConformance } from './suite.ts';

restorerConformance('lab', async (context) => {
  const home = await temporaryFolder(context);
  await createSmallLab(home);
  const host = labHypervisor(home, { clock, random });
  const app = (await host.listVms()).find((vm) => vm.name === 'APP01')!;
  const wanted = { vmId: app.id, run: 'b1', policy: 'allow', truncateLogs: false, since: null, repository: 'repo' } as const;
  const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
  await session.abort('only its definition was wanted');
  return {
    host,
    restorer: labRestorer(home),
    definition: session.definition,
    keepsIdentity: true,
    turnOff: async ({ name }) => void (await updateLab(home, (lab) => updateVm(lab, name, (vm) => ({ ...vm, off: true })))),
    lose: async ({ name }) =>
      void (await updateLab(home, (lab) => {
        const { [name]: _lost, ...vms } = lab.vms;
        return { ...lab, vms };
      })),
    failNext: async () =>
      void (await updateLab(home, (lab) => ({
        ...lab,
        faults: [{ step: 'define-vm', kind: 'import-failed', vm: null, times: 1 }],
      }))),
    watchNote(run) {
      const noted = readLab(home).then((lab) => lab.restores![run]!);
      return async () => {
        const note = await noted;
        await updateLab(home, (lab) => ({ ...lab, restores: { ...lab.restores, [run]: note } }));
      };
    },
    async networks(id) {
      const lab = await readLab(home);
      const vm = Object.values(lab.restored ?? {}).find((one) => one.id === id);
      return vm?.connected === true ? ['LAN'] : [];
    },
  };
});
