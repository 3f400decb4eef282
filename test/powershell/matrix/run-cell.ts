import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { asHostkeepError, HostkeepError, type ErrorCode, type RunResult } from '#contract';
import { runBackup } from '#engine/backup';
import type { Clock, Hypervisor } from '#engine/ports';
import { openRepository, type Repository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { hyperVHost, type HostOptions } from '#host';
import { openHome } from '#service';
import { readLab } from '../../../main/lab/state.ts';
import { labVms } from '../../../main/lab/vms.ts';
import { faultyStorage } from '../../fakes/faulty-storage.ts';
import { placeRepository } from '../../fixtures/empty-repository.ts';
import { clock, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';
import { happen } from '../simulator/happenings.ts';
import { simulate, simulationLimits, type Simulation } from '../simulator/host.ts';
import { settle } from '../simulator/settle.ts';
import { addForeign, foreignOf, reboot, type World } from '../simulator/world.ts';
import type { Path, Step } from './cells.ts';

export interface Cell {
  readonly path: Path;
  readonly step: string;
  readonly fault: Step['faults'][number];
  readonly result: RunResult;
  readonly code: ErrorCode | null;
  /** What the run left on the host, by kind. */
  readonly left: readonly string[];
  /** How the run after it went, on a host that got over the fault, and what is left after that. */
  readonly next: RunResult;
  readonly leftAfterNext: readonly string[];
}

export interface MatrixBench {
  runCell(step: Step, fault: Cell['fault']): Promise<Cell>;
}

/** The VM that everything happens to. */
export const victim = labVms.find((one) => one.name === 'FS01')!;
/** Pauses are for hosts; here nothing gets better by waiting. */
const hasty: Clock = { now: clock.now, sleep: () => Promise.resolve() };

/** One host and one repository for a whole path: every cell starts where the run after the cell before has left it. */
export async function matrixBench(context: TestContext, path: Path): Promise<MatrixBench> {
  const simulation = await simulate(context, { path, smallDisks: true });
  const { world } = simulation;
  addForeign(world, victim.id);
  const folder = await temporaryFolder(context);
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  let onWrite: (() => void) | undefined;
  const storage = faultyStorage(folderStorage(join(folder, 'repository')), (act) => {
    // A full storage still lets go of what it has.
    if (!act.startsWith('before') || act === 'before remove') return;
    const armed = onWrite;
    onWrite = undefined;
    armed?.();
  });
  await mkdir(join(folder, 'repository'));
  const secret = await placeRepository(storage);
  const repository = await openRepository(storage, { secret, random, clock: hasty });
  context.after(() => repository.close());
  const run = (hypervisor: Hypervisor): Promise<Outcome> => runOnce(hypervisor, repository, home);
  const first = await run(hostWith(simulation, path, 60));
  if (first.result !== 'success' && first.result !== 'warning') throw new Error(`the first run: ${JSON.stringify(first)}`);
  return {
    async runCell(step, fault) {
      world.calls.length = 0;
      let struck = step.route === undefined;
      // What is full stays full until the run is over: its lock does without a write.
      const strike = (act: () => void) => (): void => {
        struck = true;
        if (fault === 'target-full') onWrite = strike(act);
        act();
      };
      const route = step.route === undefined ? undefined : routeFault(world, fault);
      if (route === undefined)
        world.faults.push({ at: step.at, name: fault as never, times: 1, ...(step.after && { after: step.after }) });
      // The lock and the reserve are written before the host is asked.
      else onWriteAfter(world, path, (act) => (onWrite = strike(act)), route);
      const outcome = await run(hostWith(simulation, path, fault === 'slow' ? 1 : 60));
      onWrite = undefined;
      if (!struck || world.faults.some((one) => one.times > 0)) throw new Error(`${path}, ${step.name}: ${fault} never happened`);
      const left = await residueOf(hostWith(simulation, path, 60));
      await recover(world);
      const next = await run(hostWith(simulation, path, 60));
      await assertShape(world, simulation);
      const leftAfterNext = await residueOf(hostWith(simulation, path, 60));
      return { path, step: step.name, fault, ...outcome, left, next: next.result, leftAfterNext };
    },
  };
}

type Outcome = Pick<Cell, 'result' | 'code'>;

export function hostWith(
  { ledger, shell }: Simulation,
  path: Path,
  jobSeconds: number,
  more: Partial<HostOptions['limits']> = {},
): Hypervisor {
  const limits = { ...simulationLimits, jobSeconds, retryPauseMs: 0, ...more };
  return hyperVHost({ id: 'hv01', name: 'HV01', shell, clock: hasty, address: null, path, ledger, limits });
}

export async function runOnce(
  hypervisor: Hypervisor,
  repository: Repository,
  home: ReturnType<typeof openHome>,
): Promise<Outcome> {
  const of = { hypervisor, hostName: 'HV01', repository, journal: home.journal, run: home.newRunId(), ...quiet };
  try {
    const { result, vms } = await runBackup(
      { ...of, policy: 'require', truncateLogs: true, skipUnused: false },
      { vms: [victim.id] },
    );
    return { result, code: vms[0]?.error?.code ?? null };
  } catch (error) {
    return { result: 'failed', code: asHostkeepError(error).code };
  }
}

export async function residueOf(host: Hypervisor): Promise<readonly string[]> {
  return (await host.listResidue()).filter((item) => item.kind !== 'reference-point').map((item) => item.kind);
}

function routeFault(world: World, fault: Cell['fault']): () => void {
  return () => {
    if (fault === 'target-full') throw new HostkeepError('storage/full', {});
    if (fault === 'host-dies') world.down = true;
    else if (fault === 'host-reboots') reboot(world);
    else happen(world, fault, victim.id);
  };
}

/** Arms the fault once the guest is frozen: what is written before that is not the data. */
function onWriteAfter(world: World, path: Path, arm: (act: () => void) => void, act: () => void): void {
  world.onCall = (call) => {
    if (call !== (path === 'checkpoint' ? 'GetVirtualDiskChanges' : 'shadow-expose')) return;
    world.onCall = undefined;
    arm(act);
  };
}

async function recover(world: World): Promise<void> {
  world.onCall = undefined;
  world.down = false;
  world.gone.clear();
  await settle(world);
  world.vmState.clear();
  world.events.length = 0;
}

export async function assertShape(world: World, { home }: Simulation): Promise<void> {
  const state = (await readLab(home)).vms[victim.name]!;
  const ours = [...world.snapshots, ...world.shadows].filter((one) => one.ours);
  if (state.checkpoint !== null || state.heads.some((head) => head.endsWith('.avhdx')) || ours.length > 0)
    throw new Error(`the host is not in its shape: ${JSON.stringify({ state, ours })}`);
  if (foreignOf(world) !== 3) throw new Error('something of somebody else is gone');
  if (world.points.filter((one) => one.ours).length > 1) throw new Error('reference points pile up');
}
