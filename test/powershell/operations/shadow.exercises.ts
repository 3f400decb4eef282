import { callHost } from '../../../main/host/operation.ts';
import { beginShadow } from '../../../main/host/operations/begin-shadow.ts';
import { abortShadow, completeShadow } from '../../../main/host/operations/release.ts';
import type { Simulation } from '../simulator/host.ts';
import type { FaultName } from '../simulator/world.ts';
import { damagedLedger, stranger, strike, vmId, type Act, type Exercise } from './scenario.ts';

const begin = ({ ledger, shell }: Simulation, more: { vmId?: string; seconds?: number } = {}): Promise<unknown> =>
  callHost(shell, beginShadow, { vmId, run: 'r1', ledger, full: true, seconds: 20, ...more });
const complete = ({ ledger, shell }: Simulation, seconds = 20): Promise<unknown> =>
  callHost(shell, completeShadow, { vmId, ledger, seconds });
const abort = ({ ledger, shell }: Simulation): Promise<unknown> => callHost(shell, abortShadow, { vmId, ledger });

const struck =
  (at: string, name: FaultName): Act =>
  (simulation) => {
    strike(simulation, at, name);
    return begin(simulation);
  };

export const exercises: readonly Exercise[] = [
  {
    operation: beginShadow,
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
      'host/access-denied': struck('Win32_ShadowCopy', 'denied'),
      'host/hyper-v-writer-missing': struck('writers', 'writer-missing'),
      'host/vss-writer-failed': struck('writers', 'vss-failed'),
      'host/vss-writer-retryable': struck('shadow-create', 'vss-retryable'),
      'host/vss-busy': struck('shadow-create', 'shadow-busy'),
      'host/vss-provider-failed': struck('shadow-create', 'provider-failed'),
      'host/vss-storage-full': struck('shadow-create', 'out-of-space'),
      'host/chain-broken': struck('Get-VHD', 'chain-broken'),
      // A fault without a number of its own.
      'host/job-failed': struck('shadow-create', 'job-fails'),
      'host/job-timeout': (simulation) => {
        strike(simulation, 'shadow-create', 'slow');
        return begin(simulation, { seconds: 0 });
      },
      'host/path-unavailable': (simulation) => {
        simulation.world.volumesHidden = true;
        return begin(simulation).finally(() => (simulation.world.volumesHidden = false));
      },
      'host/checkpoint-failed': struck('shadow-create', 'checkpoint-stays'),
      ...damagedLedger((simulation) => begin(simulation)),
    },
  },
  {
    operation: completeShadow,
    success: async (simulation) => {
      await begin(simulation);
      await complete(simulation);
    },
    failures: {
      'host/release-failed': async (simulation) => {
        await begin(simulation);
        strike(simulation, 'shadow-end', 'vss-failed');
        await complete(simulation);
      },
      'host/merge-timeout': async (simulation) => {
        await begin(simulation);
        strike(simulation, 'shadow-end', 'slow');
        await complete(simulation, 0);
      },
      'host/access-denied': async (simulation) => {
        await begin(simulation);
        strike(simulation, 'Win32_ShadowCopy', 'denied');
        await complete(simulation);
      },
      ...damagedLedger((simulation) => complete(simulation)),
    },
  },
  {
    operation: abortShadow,
    success: async (simulation) => {
      await begin(simulation);
      await abort(simulation);
    },
    failures: {
      'host/access-denied': async (simulation) => {
        await begin(simulation);
        strike(simulation, 'Win32_ShadowCopy', 'denied');
        await abort(simulation);
      },
      ...damagedLedger(abort),
    },
  },
];
