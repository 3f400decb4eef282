import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callHost } from '../../../main/host/operation.ts';
import { guestProof, type GuestProof } from '../../../main/host/operations/guest-proof.ts';
import { beginGuestFiles, copyToGuest } from '../../../main/host/operations/guest-files.ts';
import type { CopiedToGuest } from '#engine/ports';
import type { Simulation } from '../simulator/host.ts';
import { damagedLedger, strike, stranger, vmId, type Exercise } from './scenario.ts';

const guest = { user: 'admin', password: 'right', writers: [], services: [], sql: [], exchange: null };

function ask({ shell, ledger, world }: Simulation, password: string, of = vmId): Promise<GuestProof> {
  world.guests.set(vmId, guest);
  return callHost(shell, guestProof, { vmId: of, user: 'admin', password, ledger });
}

const run = 'g1';

function begin(
  { shell, ledger, home, world }: Simulation,
  more: { password?: string; vmId?: string; bytes?: number; user?: string; folder?: string } = {},
) {
  world.guests.set(vmId, { ...guest });
  const wanted = { run, ledger, vmId, user: 'admin', password: 'right', folder: join(home, 'guest'), bytes: 1, ...more };
  return callHost(shell, beginGuestFiles, wanted);
}

/** One file on its way. */
async function copy(
  simulation: Simulation,
  before: () => void = () => undefined,
  password = 'right',
): Promise<Omit<CopiedToGuest, 'way'>> {
  const { folder, way } = await begin(simulation);
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'a.txt'), 'a');
  before();
  const { shell, ledger, home } = simulation;
  const wanted = { run, ledger, user: 'admin', password, way, folder: join(home, 'guest'), conflict: 'overwrite' } as const;
  return callHost(shell, copyToGuest, wanted);
}

export const exercises: readonly Exercise[] = [
  {
    operation: beginGuestFiles,
    async success(simulation) {
      const { folder } = await begin(simulation);
      // What was closed in the guest is not open to users of the host.
      assert.deepEqual(simulation.world.closed.get(folder), ['*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F']);
    },
    failures: {
      'host/vm-not-found': (simulation) => begin(simulation, { vmId: stranger }),
      'host/guest-credentials': (simulation) => begin(simulation, { password: 'wrong' }),
      'host/guest-closed': (simulation) => begin(simulation, { user: '' }),
      'host/no-space': (simulation) => begin(simulation, { bytes: 2 ** 52 }),
      'input/invalid': (simulation) => begin(simulation, { folder: 'relative' }),
      'secrets/unprotected': (simulation) => {
        strike(simulation, 'icacls', 'denied');
        return begin(simulation);
      },
      'host/guest-unreachable': (simulation) => {
        simulation.world.vmState.set(vmId, { state: 'Off' });
        return begin(simulation);
      },
    },
  },
  {
    operation: copyToGuest,
    success: (simulation) => copy(simulation),
    failures: {
      'host/restore-gone': ({ shell, ledger }) =>
        callHost(shell, copyToGuest, {
          run: 'other',
          ledger,
          user: '',
          password: '',
          way: 'guest-service',
          folder: '/',
          conflict: 'skip',
        }),
      'host/vm-not-found': (simulation) => copy(simulation, () => void simulation.world.gone.add(vmId)),
      'host/guest-credentials': (simulation) => copy(simulation, undefined, 'wrong'),
      'host/guest-unreachable': (simulation) =>
        copy(simulation, () => void simulation.world.guests.set(vmId, { ...guest, copies: 0 })),
      'host/ledger-damaged': async (simulation) => {
        const file = join(simulation.ledger, 'restores', `${run}.json`);
        try {
          return await copy(simulation, () => writeFileSync(file, '{'));
        } finally {
          rmSync(file);
        }
      },
    },
  },
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
