import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { HostkeepError } from '#contract';
import type { ServedDisks } from '#engine/ports';
import { quiet } from '../../fixtures/environment.ts';
import { serveBytes } from '../../fixtures/served-bytes.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate } from '../simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const served = skip === false ? await serveBytes({ disks: 1 }) : undefined;
after(() => served?.close());

const disks = (): ServedDisks => ({
  ...served!.portal,
  iqn: served!.iqn,
  chap: null,
  units: [{ disk: 0, lun: 0, serial: served!.serials[0]!, sizeBytes: served!.bytes[0]!.length }],
});

const places = [
  'Get-InitiatorPort',
  'New-IscsiTargetPortal',
  'Connect-IscsiTarget',
  'Set-Disk',
  'Compare-VM',
  'Add-VMHardDiskDrive',
  'Start-VM',
] as const;

test(
  'a host that vanishes while a VM is being recovered has nothing of it left after the next cleaning',
  { skip },
  async (context) => {
    const { host, recoverer, home, world } = await simulate(context, { smallDisks: true, edition: 'client' });
    const vm = (await host.listVms()).find((one) => one.name === 'LNX01')!;
    const backup = { vmId: vm.id, run: 'b1', policy: 'allow', truncateLogs: false, since: null } as const;
    const session = await host.beginBackup(backup, () => undefined, quiet.signal);
    await session.abort('only its definition was wanted');
    const before = (await host.listVms()).length;
    const folder = join(home, 'VMs');
    for (const at of places) {
      world.faults.push({ at, name: 'host-dies', times: 1 });
      const request = {
        run: `r-${at.toLowerCase()}`,
        definition: session.definition,
        disks: [{ index: 0, label: 'disk.vhdx', sizeBytes: 1 }],
        name: 'R1',
        folder,
        rebuild: false,
        network: null,
        start: true,
      };
      const act = recoverer.begin(request, () => undefined, quiet.signal).then((begun) => begun.run(disks()));
      await assert.rejects(act, (error) => {
        assert.ok(error instanceof HostkeepError && error.code === 'host/unreachable', `${at}: ${String(error)}`);
        return true;
      });
      assert.deepEqual(
        world.faults.filter((fault) => fault.times > 0),
        [],
        `${at} was met`,
      );
      for (const item of await host.listResidue()) await host.cleanResidue(item);
      const { sessions, portals, service } = world.initiator;
      assert.deepEqual([sessions.size, portals.length, service], [0, 0, 'Stopped'], at);
      assert.deepEqual([await readdir(folder), (await host.listVms()).length], [[], before], at);
      assert.deepEqual([await recoverer.list(), await host.listResidue()], [[], []], at);
    }
  },
);
