import { callHost } from '../../../main/host/operation.ts';
import { guestProof, type GuestProof } from '../../../main/host/operations/guest-proof.ts';
import type { Simulation } from '../simulator/host.ts';
import { damagedLedger, stranger, vmId, type Exercise } from './scenario.ts';

const guest = { user: 'admin', password: 'right', writers: [], services: [], sql: [], exchange: null };

function ask({ shell, ledger, world }: Simulation, password: string, of = vmId): Promise<GuestProof> {
  world.guests.set(vmId, guest);
  return callHost(shell, guestProof, { vmId: of, user: 'admin', password, ledger });
}

export const exercises: readonly Exercise[] = [
  {
    operation: guestProof,
    success: (simulation) => ask(simulation, 'right'),
    failures: {
      'host/vm-not-found': (simulation) => ask(simulation, 'right', stranger),
      'host/guest-credentials': (simulation) => ask(simulation, 'wrong'),
      'host/guest-unreachable': (simulation) => {
        simulation.world.vmState.set(vmId, { state: 'Off' });
        return ask(simulation, 'right');
      },
      ...damagedLedger((simulation) => ask(simulation, 'right')),
    },
  },
];
