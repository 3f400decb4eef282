import { join } from 'node:path';
import { test } from 'node:test';
import { quiet } from '../../fixtures/environment.ts';
import { findEngine } from '../../powershell/simulator/engine.ts';
import { simulate } from '../../powershell/simulator/host.ts';
import { recovererConformance } from './suite.ts';

const engine = await findEngine();
if (engine === null) test('Hyper-V', { skip: 'neither PowerShell nor dotnet is on the PATH' });
// Hyper-V's own files are imported; without them the VM is made anew from what was noted.
else
  for (const path of ['imported', 'made anew'] as const)
    recovererConformance(`Hyper-V, ${path}`, async (context) => {
      const { home, host, recoverer, world } = await simulate(context, {
        smallDisks: true,
        locale: path === 'imported' ? 'de' : 'en',
        // A client's disks come up online, which a VM must not share.
        edition: path === 'imported' ? 'server' : 'client',
      });
      const vm = (await host.listVms()).find((one) => one.name === 'LNX01')!;
      const wanted = { vmId: vm.id, run: 'b1', policy: 'allow', truncateLogs: false, since: null, repository: 'repo' } as const;
      const session = await host.beginBackup(wanted, () => undefined, quiet.signal);
      await session.abort('only its definition was wanted');
      return {
        host,
        recoverer,
        definition: session.definition.filter((file) => path === 'imported' || file.name.endsWith('.json')),
        failStart: async () => void world.faults.push({ at: 'Start-VM', name: 'out-of-space', times: 1 }),
        connections: async () =>
          world.initiator.sessions.size + world.initiator.portals.length + (world.initiator.service === 'Running' ? 1 : 0),
        localDisk: join(home, 'lab', 'LNX01', 'lnx01.vhdx'),
      };
    });
