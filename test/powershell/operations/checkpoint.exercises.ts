import { callHost } from '../../../main/host/operation.ts';
import { beginCheckpoint, type BegunCheckpoint, type CheckpointWanted } from '../../../main/host/operations/begin-checkpoint.ts';
import { abortCheckpoint, cleanResidueOperation, completeCheckpoint } from '../../../main/host/operations/release.ts';
import { labVms } from '../../../main/lab/vms.ts';
import { merge } from '../simulator/cim/snapshots.ts';
import type { Simulation } from '../simulator/host.ts';
import { damagedLedger, jobScenarios, ofVm, stranger, strike, vmId, type Act, type Exercise } from './scenario.ts';
import { cutOffSwitch } from './recovery.exercises.ts';

function begin({ ledger, shell }: Simulation, more: Partial<CheckpointWanted> = {}): Promise<BegunCheckpoint> {
  const asked = { application: true, full: true, ignoreOther: false, since: null, repository: 'repo', jobSeconds: 20 };
  return callHost(shell, beginCheckpoint, { vmId, run: 'r1', ledger, ...asked, ...more });
}

const struck =
  (at: string, name: Parameters<typeof strike>[2], act: Act): Act =>
  (simulation) => {
    strike(simulation, at, name);
    return act(simulation);
  };

/** Begins, then releases with something gone wrong in between. */
const afterBegin =
  (between: (simulation: Simulation) => void, act: (simulation: Simulation, checkpoint: string) => Promise<unknown>): Act =>
  async (simulation) => {
    const { checkpoint } = await begin(simulation);
    between(simulation);
    return act(simulation, checkpoint);
  };

const complete = (simulation: Simulation, checkpoint: string, jobSeconds = 20): Promise<unknown> =>
  callHost(simulation.shell, completeCheckpoint, { ...ofVm(simulation), jobSeconds, checkpoint });
const abort = (simulation: Simulation, jobSeconds = 20): Promise<unknown> =>
  callHost(simulation.shell, abortCheckpoint, { ...ofVm(simulation), jobSeconds });
const clean = (simulation: Simulation, jobSeconds = 20, kind = 'checkpoint'): Promise<unknown> =>
  callHost(simulation.shell, cleanResidueOperation, { ...ofVm(simulation), jobSeconds, kind, id: vmId });
const nothing = (): void => undefined;
/** The checkpoint's job goes on when the host layer has given up: nobody can undo what is not there yet. */
const stillBeingMade: Act = async (simulation) => {
  strike(simulation, 'CreateSnapshot', 'slow');
  await begin(simulation, { jobSeconds: 0 }).catch(nothing);
};

export const exercises: readonly Exercise[] = [
  {
    operation: beginCheckpoint,
    success: begin,
    failures: {
      'host/vm-not-found': (simulation) => begin(simulation, { vmId: stranger }),
      'host/vm-busy': (simulation) => {
        simulation.world.merging.add(vmId);
        return begin(simulation);
      },
      'host/residue': async (simulation) => {
        await begin(simulation);
        await begin(simulation);
      },
      ...jobScenarios('CreateSnapshot', (simulation, jobSeconds) => begin(simulation, { jobSeconds })),
      'host/vss-writer-retryable': struck('CreateSnapshot', 'vss-retryable', begin),
      'host/vss-writer-failed': struck('CreateSnapshot', 'vss-failed', begin),
      'host/checkpoint-failed': struck('CreateSnapshot', 'checkpoint-stays', begin),
      'host/chain-broken': struck('Get-VHD', 'chain-broken', begin),
      ...damagedLedger(begin),
    },
  },
  {
    operation: completeCheckpoint,
    success: afterBegin(nothing, complete),
    failures: {
      'host/vm-not-found': afterBegin(({ world }) => world.gone.add(vmId), complete),
      'host/checkpoint-gone': async (simulation) => {
        const { checkpoint } = await begin(simulation);
        simulation.world.snapshots = [];
        await merge(
          simulation.world,
          labVms.find(({ id }) => id === vmId)!,
        );
        return complete(simulation, checkpoint);
      },
      'host/release-failed': afterBegin(
        (simulation) => strike(simulation, 'ConvertToReferencePoint', 'checkpoint-stays'),
        complete,
      ),
      'host/merge-timeout': afterBegin((simulation) => strike(simulation, 'merge', 'merge-hangs'), complete),
      ...jobScenarios('ConvertToReferencePoint', async (simulation, jobSeconds) => {
        const { checkpoint } = await begin(simulation);
        await complete(simulation, checkpoint, jobSeconds);
      }),
      ...damagedLedger((simulation) => complete(simulation, 'nothing')),
    },
  },
  {
    operation: abortCheckpoint,
    success: afterBegin(nothing, (simulation) => abort(simulation)),
    failures: {
      'host/vm-busy': async (simulation) => {
        await stillBeingMade(simulation);
        await abort(simulation);
      },
      'host/merge-timeout': afterBegin(
        (simulation) => strike(simulation, 'merge', 'merge-fails'),
        (simulation) => abort(simulation),
      ),
      ...jobScenarios('DestroySnapshot', async (simulation, jobSeconds) => {
        await begin(simulation);
        await abort(simulation, jobSeconds);
      }),
      ...damagedLedger((simulation) => abort(simulation)),
    },
  },
  {
    operation: cleanResidueOperation,
    success: afterBegin(nothing, (simulation) => clean(simulation)),
    failures: {
      ...cutOffSwitch((simulation) =>
        callHost(simulation.shell, cleanResidueOperation, { ...ofVm(simulation), kind: 'recovery', id: 'r1' }),
      ),
      'input/invalid': (simulation) => clean(simulation, 20, 'nonsense'),
      'host/vm-busy': async (simulation) => {
        await stillBeingMade(simulation);
        await clean(simulation);
      },
      'host/merge-timeout': afterBegin(
        (simulation) => strike(simulation, 'merge', 'merge-hangs'),
        (simulation) => clean(simulation),
      ),
      ...jobScenarios('DestroySnapshot', async (simulation, jobSeconds) => {
        await begin(simulation);
        await clean(simulation, jobSeconds);
      }),
      ...damagedLedger((simulation) => clean(simulation)),
    },
  },
];
