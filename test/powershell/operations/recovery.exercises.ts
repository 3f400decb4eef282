import assert from 'node:assert/strict';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { hasCode } from '#contract';
import { callHost } from '../../../main/host/operation.ts';
import {
  beginFinalise,
  beginRecovery,
  completeFinalise,
  connectTarget,
  defineRecovery,
  discardRecovery,
  lookAtRecovery,
  queryRecoveries,
  stopRecovered,
  undoFinalise,
  type DefineWanted,
  type TargetWanted,
} from '../../../main/host/operations/recovery.ts';
import { readLab } from '../../../main/lab/state.ts';
import { serveBytes, type ServedBytes } from '../../fixtures/served-bytes.ts';
import type { Simulation } from '../simulator/host.ts';
import type { FaultName } from '../simulator/world.ts';
import { damagedLedger, strike, type Act, type Exercise } from './scenario.ts';

const run = 'r1';
let served: Promise<ServedBytes> | undefined;
after(async () => (await served)?.close());

/** One publisher for all scenarios: they come one after the other. */
async function publisher(): Promise<ServedBytes> {
  served ??= serveBytes({ disks: 1 });
  return served;
}

const of = ({ ledger }: Simulation): { run: string; ledger: string } => ({ run, ledger });

function begin({ shell, ledger, home }: Simulation, more: object = {}): Promise<{ readonly folder: string }> {
  return callHost(shell, beginRecovery, { run, ledger, name: 'R1', parent: join(home, 'VMs'), folder: 'R1', ...more });
}

async function connect(simulation: Simulation, more: Partial<TargetWanted> = {}): Promise<unknown> {
  const { portal, iqn, serials } = await publisher();
  const units = [{ disk: 0, serial: serials[0]!, controller: 'SCSI', number: 0, location: 0 }];
  const wanted = { ...of(simulation), ...portal, iqn, chap: null, units, seconds: 5, ...more };
  await begin(simulation);
  return callHost(simulation.shell, connectTarget, wanted);
}

const facts = { generation: 2, memoryBytes: 2 ** 30, processors: 2, networks: [{ name: 'a', switch: 'LAN' }] } as const;

async function define(
  simulation: Simulation,
  more: Partial<DefineWanted> = {},
  between: () => void = () => undefined,
): Promise<{ readonly vmId: string }> {
  await connect(simulation);
  between();
  const wanted = { ...of(simulation), definition: null, name: 'R1', switch: 'Internal', start: true, linux: true, facts };
  return callHost(simulation.shell, defineRecovery, { ...wanted, ...more });
}

const look = (simulation: Simulation): Promise<unknown> =>
  callHost(simulation.shell, lookAtRecovery, { ...of(simulation), picture: true, width: 64, height: 48 });

const stop = (simulation: Simulation, seconds = 20): Promise<unknown> =>
  callHost(simulation.shell, stopRecovered, { ...of(simulation), turnOff: false, seconds });

/** The recovered VM off, its local disk written. */
async function finalising(simulation: Simulation, bytes = 1, disk = 0): Promise<void> {
  await define(simulation);
  const wanted = { ...of(simulation), by: 'f1', bytes, disks: [{ index: disk, name: 'disk0.vhdx' }] };
  const { files } = await callHost(simulation.shell, beginFinalise, wanted);
  await copyFile((await readLab(simulation.home)).vms['LNX01']!.heads[0]!, files[0]!.path);
}

async function finalised(simulation: Simulation, between: () => void = () => undefined): Promise<unknown> {
  await finalising(simulation);
  await stop(simulation);
  between();
  return callHost(simulation.shell, completeFinalise, of(simulation));
}

const undo = (simulation: Simulation, which = run): Promise<void> =>
  callHost(simulation.shell, undoFinalise, { run: which, ledger: simulation.ledger });
const discard = (simulation: Simulation, which = run): Promise<void> =>
  callHost(simulation.shell, discardRecovery, { run: which, by: 'd1', ledger: simulation.ledger });

/** Ends what a scenario left running: a recovery in use is no residue. */
const after1 =
  (act: Act): Act =>
  async (simulation) => {
    try {
      return await act(simulation);
    } finally {
      simulation.world.faults.length = 0;
      await discard(simulation);
    }
  };

const struck =
  (at: string, name: FaultName, act: Act, times = 1): Act =>
  (simulation) => {
    strike(simulation, at, name, times);
    return act(simulation);
  };

/** A finalised VM is a VM like any other: nothing of ours would remove it. */
const away =
  (act: Act): Act =>
  async (simulation) => {
    try {
      return await act(simulation);
    } finally {
      simulation.world.faults.length = 0;
      await undo(simulation);
      simulation.world.made.clear();
      await rm(join(simulation.home, 'VMs'), { recursive: true, force: true });
    }
  };

/** A switch of drives that was cut off, and what can go wrong when it is gone on with. */
export function cutOffSwitch(goOn: Act): Exercise['failures'] & { readonly 'host/access-denied': Act } {
  const struckAgain = (at: string, name: FaultName, times = 1): Act =>
    away(async (simulation) => {
      const cutOff = finalised(simulation, () => strike(simulation, 'Disconnect-IscsiTarget', 'job-fails'));
      await assert.rejects(cutOff, (error) => hasCode(error, 'host/target-failed'));
      strike(simulation, at, name, times);
      return goOn(simulation);
    });
  return {
    'host/target-failed': struckAgain('Disconnect-IscsiTarget', 'job-fails'),
    'host/grant-failed': struckAgain('icacls', 'refused', 2),
    'host/vm-start-failed': struckAgain('Start-VM', 'out-of-space'),
    'host/access-denied': struckAgain('Get-VM', 'denied'),
  };
}

const forget: Act = ({ world }) => Promise.resolve(world.made.clear());

export const exercises: readonly Exercise[] = [
  {
    operation: beginRecovery,
    success: (simulation) => begin(simulation),
    failures: {
      'host/name-taken': (simulation) => begin(simulation, { name: 'FS01' }),
      'host/folder-taken': async (simulation) => {
        await mkdir(join(simulation.home, 'VMs', 'taken'), { recursive: true });
        return begin(simulation, { folder: 'taken' });
      },
      'host/initiator-disabled': (simulation) => {
        simulation.world.initiator.service = 'Disabled';
        return begin(simulation).finally(() => (simulation.world.initiator.service = 'Stopped'));
      },
      'host/initiator-missing': struck('Get-InitiatorPort', 'refused', (simulation) => begin(simulation)),
      'host/access-denied': struck('StartService', 'denied', (simulation) => {
        simulation.world.initiator.service = 'Stopped';
        return begin(simulation);
      }),
      'input/invalid': (simulation) => begin(simulation, { parent: 'relative' }),
    },
  },
  {
    operation: connectTarget,
    success: after1((simulation) => connect(simulation)),
    failures: {
      'host/recovery-gone': (simulation) => connect(simulation, { run: 'another' }),
      'host/target-unreachable': (simulation) => connect(simulation, { port: 1 }),
      'host/target-refused': struck('Connect-IscsiTarget', 'refused', (simulation) => connect(simulation)),
      'host/target-failed': struck('Connect-IscsiTarget', 'job-fails', (simulation) => connect(simulation)),
      'host/target-disks-missing': struck('disks-of-session', 'refused', (simulation) => connect(simulation, { seconds: 0 })),
      'host/disk-busy': struck('Set-Disk', 'file-busy', (simulation) => connect(simulation)),
      'host/access-denied': struck('New-IscsiTargetPortal', 'denied', (simulation) => connect(simulation)),
      ...damagedLedger((simulation) => connect(simulation, { run: 'torn' }), 'recoveries/torn.json'),
    },
  },
  {
    operation: defineRecovery,
    success: after1((simulation) => define(simulation)),
    failures: {
      'host/recovery-gone': (simulation) => define(simulation, { run: 'another' }),
      'host/import-failed': (simulation) => define(simulation, { definition: join(simulation.home, 'none.vmcx') }),
      'host/target-disks-missing': (simulation) =>
        define(simulation, {}, () => {
          for (const one of simulation.world.initiator.sessions.values()) (one.disks as unknown[]).length = 0;
        }),
      'host/vm-start-failed': (simulation) => define(simulation, {}, () => strike(simulation, 'Start-VM', 'out-of-space')),
      'host/access-denied': (simulation) => define(simulation, {}, () => strike(simulation, 'Add-VMHardDiskDrive', 'denied')),
      'input/invalid': (simulation) => define(simulation, { switch: 'no such switch' }),
      ...damagedLedger((simulation) => define(simulation, { run: 'torn' }), 'recoveries/torn.json'),
    },
  },
  {
    operation: lookAtRecovery,
    success: after1(async (simulation) => {
      await define(simulation);
      return look(simulation);
    }),
    failures: {
      'host/recovery-gone': look,
      'host/vm-not-found': after1(async (simulation) => {
        await define(simulation);
        await forget(simulation);
        return look(simulation);
      }),
      ...damagedLedger(look, 'recoveries/r1.json'),
    },
  },
  {
    operation: beginFinalise,
    success: after1((simulation) => finalising(simulation)),
    failures: {
      'host/recovery-gone': (simulation) =>
        callHost(simulation.shell, beginFinalise, { ...of(simulation), by: 'f1', bytes: 1, disks: [] }),
      'host/recovery-busy': async (simulation) => {
        await connect(simulation);
        return callHost(simulation.shell, beginFinalise, { ...of(simulation), by: 'f1', bytes: 1, disks: [] });
      },
      'host/vm-not-found': after1(async (simulation) => {
        await define(simulation);
        await forget(simulation);
        return callHost(simulation.shell, beginFinalise, { ...of(simulation), by: 'f1', bytes: 1, disks: [] });
      }),
      'host/disk-not-found': after1((simulation) => finalising(simulation, 1, 7)),
      'host/no-space': after1((simulation) => finalising(simulation, 2 ** 50)),
      ...damagedLedger(
        (simulation) => callHost(simulation.shell, beginFinalise, { ...of(simulation), by: 'f1', bytes: 1, disks: [] }),
        'recoveries/r1.json',
      ),
    },
  },
  {
    operation: stopRecovered,
    success: after1(async (simulation) => {
      await define(simulation);
      return stop(simulation);
    }),
    failures: {
      'host/recovery-gone': (simulation) => stop(simulation),
      'host/vm-not-found': after1(async (simulation) => {
        await define(simulation);
        await forget(simulation);
        return stop(simulation);
      }),
      'host/guest-not-stopping': after1(async (simulation) => {
        await define(simulation);
        strike(simulation, 'Stop-VM', 'refused');
        return stop(simulation);
      }),
      ...damagedLedger((simulation) => stop(simulation), 'recoveries/r1.json'),
    },
  },
  {
    operation: completeFinalise,
    success: away((simulation) => finalised(simulation)),
    failures: {
      'host/recovery-gone': (simulation) => callHost(simulation.shell, completeFinalise, of(simulation)),
      'host/recovery-busy': after1(async (simulation) => {
        await define(simulation);
        return callHost(simulation.shell, completeFinalise, of(simulation));
      }),
      'host/vm-not-found': after1((simulation) => finalised(simulation, () => void forget(simulation))),
      'host/vm-running': after1(async (simulation) => {
        await finalising(simulation);
        return callHost(simulation.shell, completeFinalise, of(simulation));
      }),
      'host/grant-failed': away((simulation) => finalised(simulation, () => strike(simulation, 'icacls', 'refused', 2))),
      'host/target-failed': away((simulation) =>
        finalised(simulation, () => strike(simulation, 'Disconnect-IscsiTarget', 'job-fails')),
      ),
      'host/vm-start-failed': away((simulation) => finalised(simulation, () => strike(simulation, 'Start-VM', 'out-of-space'))),
      'host/access-denied': away((simulation) =>
        finalised(simulation, () => strike(simulation, 'Add-VMHardDiskDrive', 'denied')),
      ),
      ...damagedLedger((simulation) => callHost(simulation.shell, completeFinalise, of(simulation)), 'recoveries/r1.json'),
    },
  },
  {
    operation: undoFinalise,
    success: after1(async (simulation) => {
      await finalising(simulation);
      await stop(simulation);
      // A VM that cannot be started again stays off, and nothing is lost.
      strike(simulation, 'Start-VM', 'out-of-space');
      return undo(simulation);
    }),
    failures: {
      'input/invalid': (simulation) => undo(simulation, 'not/a/run'),
      ...cutOffSwitch((simulation) => undo(simulation)),
      ...damagedLedger((simulation) => undo(simulation), 'recoveries/r1.json'),
    },
  },
  {
    operation: discardRecovery,
    success: async (simulation) => {
      await define(simulation);
      return discard(simulation);
    },
    failures: {
      'input/invalid': (simulation) => discard(simulation, 'not/a/run'),
      'host/recovery-busy': away(async (simulation) => {
        await finalised(simulation, () => strike(simulation, 'Disconnect-IscsiTarget', 'job-fails')).catch(() => undefined);
        return discard(simulation);
      }),
      'host/target-failed': async (simulation) => {
        await connect(simulation);
        strike(simulation, 'Disconnect-IscsiTarget', 'job-fails');
        return discard(simulation);
      },
      'host/access-denied': async (simulation) => {
        await define(simulation);
        strike(simulation, 'Remove-VM', 'denied');
        return discard(simulation);
      },
      ...damagedLedger((simulation) => discard(simulation), 'recoveries/r1.json'),
    },
    onlyOnWindows: { 'host/vm-busy': 'a VM that is turned off and does not become so: the simulated one always does' },
  },
  {
    operation: queryRecoveries,
    success: ({ shell, ledger }) => callHost(shell, queryRecoveries, { ledger }),
    failures: {},
  },
];
