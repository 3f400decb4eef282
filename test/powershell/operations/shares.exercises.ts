import { callHost } from '../../../main/host/operation.ts';
import { leaveShare, reachShare, type ShareWanted } from '../../../main/host/operations/shares.ts';
import type { Simulation } from '../simulator/host.ts';
import type { FaultName } from '../simulator/world.ts';
import { strike, type Act, type Exercise } from './scenario.ts';

/** The share's root is a real folder: what lists it is not simulated. */
const reach = ({ home, shell }: Simulation, more: Partial<ShareWanted> = {}): Promise<unknown> =>
  callHost(shell, reachShare, { share: home, user: 'HV01\\admin', password: 'pa$$"w`ord', ...more });

const struck =
  (name: FaultName): Act =>
  (simulation) => {
    simulation.world.connections.clear();
    strike(simulation, 'New-SmbMapping', name);
    return reach(simulation);
  };

export const exercises: readonly Exercise[] = [
  {
    operation: reachShare,
    success: (simulation) => reach(simulation),
    failures: {
      'host/share-denied': struck('denied'),
      'host/share-unreachable': struck('refused'),
      'host/share-missing': (simulation) => reach(simulation, { share: `${simulation.home}/nothing`, user: null }),
      'host/share-credentials': struck('share-credentials'),
      'host/share-conflict': struck('share-conflict'),
      'host/share-failed': struck('file-busy'),
    },
  },
  { operation: leaveShare, success: ({ home, shell }) => callHost(shell, leaveShare, { share: home }), failures: {} },
];
