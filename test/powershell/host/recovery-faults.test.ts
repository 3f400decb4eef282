import assert from 'node:assert/strict';
import { access, copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { HostkeepError } from '#contract';
import type { ServedDisks } from '#engine/ports';
import { quiet } from '../../fixtures/environment.ts';
import { serveBytes } from '../../fixtures/served-bytes.ts';
import { findEngine, missingEngine } from '../simulator/engine.ts';
import { simulate, type Simulation } from '../simulator/host.ts';

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
    const backup = { vmId: vm.id, run: 'b1', policy: 'allow', truncateLogs: false, since: null, repository: 'repo' } as const;
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

interface Bench {
  readonly simulation: Simulation;
  /** A VM that runs from the served disk, in a folder of its own. */
  running(run: string): Promise<{ readonly vmId: string; readonly folder: string }>;
  /** What a new run does first. */
  clean(): Promise<void>;
}

async function bench(context: TestContext): Promise<Bench> {
  const simulation = await simulate(context, { smallDisks: true, edition: 'client' });
  const { host, recoverer, home } = simulation;
  const vm = (await host.listVms()).find((one) => one.name === 'LNX01')!;
  const backup = { vmId: vm.id, run: 'b1', policy: 'allow', truncateLogs: false, since: null, repository: 'repo' } as const;
  const session = await host.beginBackup(backup, () => undefined, quiet.signal);
  await session.abort('only its definition was wanted');
  return {
    simulation,
    async running(run) {
      const folder = join(home, 'VMs', run);
      const disk = [{ index: 0, label: 'disk.vhdx', sizeBytes: 1 }];
      const request = {
        run,
        definition: session.definition,
        disks: disk,
        name: run,
        folder,
        rebuild: false,
        network: null,
        start: true,
      };
      const { vmId } = await (await recoverer.begin(request, () => undefined, quiet.signal)).run(disks());
      return { vmId, folder };
    },
    async clean() {
      for (const item of await host.listResidue()) await host.cleanResidue(item);
    },
  };
}

const isAway = (error: unknown): boolean => error instanceof HostkeepError && error.code === 'host/unreachable';

/** In the order of the run; from the switch of the disks on it is brought to its end, before that it is taken back. */
const finaliseSteps: readonly (readonly [at: string, then: 'taken back' | 'finished'])[] = [
  ['Stop-VM', 'taken back'],
  ['Remove-VMHardDiskDrive', 'finished'],
  ['Add-VMHardDiskDrive', 'finished'],
  ['Disconnect-IscsiTarget', 'finished'],
  ['Remove-IscsiTargetPortal', 'finished'],
  ['Start-VM', 'finished'],
];

test(
  'a host that vanishes at any step of a finalise: the next cleaning takes it back, or brings it to its end',
  { skip },
  async (context) => {
    const { simulation, running, clean } = await bench(context);
    const { host, recoverer, world, home } = simulation;
    for (const [at, then] of finaliseSteps) {
      const run = `r-${at.toLowerCase()}`;
      const { vmId } = await running(run);
      const wanted = { run, by: `f-${run}`, disks: [{ index: 0, label: 'disk.vhdx', sizeBytes: 1 }] };
      const session = await recoverer.beginFinalise(wanted, () => undefined);
      await copyFile(join(home, 'lab', 'LNX01', 'lnx01.vhdx'), session.targets[0]!.path);
      world.faults.push({ at, name: 'host-dies', times: 1 });
      await assert.rejects(
        session.stop(false).then(() => session.complete()),
        isAway,
        at,
      );
      await clean();
      const vm = (await host.listVms()).find((one) => one.id === vmId)!;
      assert.deepEqual([vm.state, await host.listResidue()], ['running', []], at);
      if (then === 'taken back') {
        assert.deepEqual(
          (await recoverer.list()).map((one) => one.run),
          [run],
          `${at}: it runs from the backup storage`,
        );
        await assert.rejects(access(session.targets[0]!.path), `${at}: the local disk is gone`);
        await recoverer.discard({ run, by: `d-${run}` }, () => undefined);
      } else
        assert.deepEqual(
          vm.disks.map((disk) => disk.path),
          [session.targets[0]!.path],
          `${at}: it has its local disk`,
        );
      const { sessions, portals, service } = world.initiator;
      assert.deepEqual([sessions.size, portals.length, service, await recoverer.list()], [0, 0, 'Stopped', []], at);
    }
  },
);

test(
  'a host that vanishes at any step of a discard has nothing of the VM left after the next cleaning',
  { skip },
  async (context) => {
    const { simulation, running, clean } = await bench(context);
    const { host, recoverer, world } = simulation;
    const before = (await host.listVms()).length;
    for (const at of ['Stop-VM', 'Remove-VM', 'Disconnect-IscsiTarget', 'Remove-IscsiTargetPortal']) {
      const run = `r-${at.toLowerCase()}`;
      const { folder } = await running(run);
      world.faults.push({ at, name: 'host-dies', times: 1 });
      await assert.rejects(
        recoverer.discard({ run, by: `d-${run}` }, () => undefined),
        isAway,
        at,
      );
      await clean();
      assert.deepEqual(await readdir(folder), [], `${at}: its folder stays`);
      const { sessions, portals, service } = world.initiator;
      assert.deepEqual([sessions.size, portals.length, service], [0, 0, 'Stopped'], at);
      assert.deepEqual([(await host.listVms()).length, await recoverer.list(), await host.listResidue()], [before, [], []], at);
    }
  },
);
