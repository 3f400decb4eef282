import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLab } from '../../../main/lab/state.ts';
import { labVms } from '../../../main/lab/vms.ts';
import { quiet } from '../../fixtures/environment.ts';
import { findEngine } from '../../powershell/simulator/engine.ts';
import { simulate } from '../../powershell/simulator/host.ts';
import { turnOff } from '../../powershell/simulator/restore-cmdlets.ts';
import { restorerConformance } from './suite.ts';

const engine = await findEngine();
if (engine === null) test('Hyper-V', { skip: 'neither PowerShell nor dotnet is on the PATH' });
// Hyper-V's own files are imported; without them the VM is made anew from what was noted.
else
  for (const path of ['imported', 'made anew'] as const)
    restorerConformance(`Hyper-V, ${path}`, async (context) => {
      const { home, host, ledger, restorer, world } = await simulate(context, {
        smallDisks: true,
        locale: path === 'imported' ? 'de' : 'en',
      });
      const app = (await host.listVms()).find((vm) => vm.name === 'APP01')!;
      const wanted = { vmId: app.id, run: 'b1', policy: 'allow', truncateLogs: false, since: null, repository: 'repo' } as const;
      const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
      await session.abort('only its definition was wanted');
      return {
        host,
        restorer,
        definition: session.definition,
        keepsIdentity: path === 'imported',
        turnOff: (vm) =>
          turnOff(
            world,
            labVms.find((one) => one.id === vm.id)!,
          ),
        lose: async (vm) => void world.gone.add(vm.id),
        failNext: async () =>
          void world.faults.push({ at: path === 'imported' ? 'Import-VM' : 'New-VM', name: 'refused', times: 1 }),
        watchNote(run) {
          const path = join(ledger, 'restores', `${run}.json`);
          let note = readFileSync(path);
          world.onCall = () => void (note = readFileSync(path));
          return async () => {
            world.onCall = undefined;
            await writeFile(path, note);
          };
        },
        async networks(id) {
          if (world.made.has(id)) return world.made.get(id)!.adapters.flatMap((one) => (one.switch === '' ? [] : [one.switch]));
          return (await readLab(home)).vms['APP01'] === undefined ? [] : ['LAN'];
        },
      };
    });
