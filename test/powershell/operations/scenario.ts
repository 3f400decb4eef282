import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ErrorCode } from '#contract';
import { callHost, type Operation } from '../../../main/host/operation.ts';
import { cleanResidueOperation } from '../../../main/host/operations/release.ts';
import { listResidueOperation, scriptKind } from '../../../main/host/operations/residue.ts';
import { labVms } from '../../../main/lab/vms.ts';
import { settle } from '../simulator/settle.ts';
import type { Simulation } from '../simulator/host.ts';
import type { FaultName } from '../simulator/world.ts';

/** One execution of a script; rejects with the failure that the scenario is for. */
export type Act = (simulation: Simulation) => Promise<unknown>;

/** An operation with one execution for success, and one for each failure that it declares. */
export interface Exercise {
  readonly operation: Pick<Operation<never, unknown>, 'name' | 'failures'>;
  readonly success: Act;
  readonly failures: Readonly<Partial<Record<ErrorCode, Act>>>;
  /** Failures that only Windows can produce, with the reason. */
  readonly onlyOnWindows?: Readonly<Partial<Record<ErrorCode, string>>>;
}

export const vmId = labVms.find((vm) => vm.name === 'LNX01')!.id;
export const stranger = '00000000-1111-2222-3333-444444444444';

export function strike({ world }: Simulation, at: string, name: FaultName, times = 1): void {
  world.faults.push({ at, name, times });
}

export const ofVm = ({ ledger }: Simulation): { vmId: string; ledger: string; jobSeconds: number; mergeSeconds: number } => ({
  vmId,
  ledger,
  jobSeconds: 20,
  mergeSeconds: 1,
});

/** The ways in which a job that a method of Hyper-V begins can fail. */
export function jobScenarios(
  at: string,
  act: (simulation: Simulation, jobSeconds: number) => Promise<unknown>,
): Exercise['failures'] {
  const struck =
    (name: FaultName, jobSeconds = 20): Act =>
    (simulation) => {
      strike(simulation, at, name);
      return act(simulation, jobSeconds);
    };
  return {
    'host/job-failed': struck('job-fails'),
    'host/job-vanished': struck('job-vanishes'),
    'host/job-timeout': struck('slow', 0),
    'host/method-refused': struck('refused'),
    'host/access-denied': struck('denied'),
    'host/file-locked': struck('file-busy'),
    'host/no-space': struck('out-of-space'),
  };
}

/** A file of the ledger that was torn: what it said nobody knows. */
export function damagedLedger(act: Act, name = `${vmId.toUpperCase()}.json`): Record<'host/ledger-damaged', Act> {
  return {
    async 'host/ledger-damaged'(simulation) {
      const path = join(simulation.ledger, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '{"vmId":');
      try {
        await act(simulation);
      } finally {
        await rm(path);
      }
    },
  };
}

/** Back to a host on which nothing of ours is, whatever the scenario left. */
export async function tidy(simulation: Simulation): Promise<void> {
  const { ledger, shell, world } = simulation;
  await settle(world);
  world.gone.clear();
  for (const item of await callHost(shell, listResidueOperation, { ledger }))
    await callHost(shell, cleanResidueOperation, { ...ofVm(simulation), kind: scriptKind(item.kind), id: item.id });
  world.vmState.clear();
  world.events.length = 0;
}
