import { after, type TestContext } from 'node:test';
import { join } from 'node:path';
import type { Hypervisor, VmRecoverer, VmRestorer } from '#engine/ports';
import {
  defaultLimits,
  hyperVHost,
  hyperVRecoverer,
  hyperVRestorer,
  startPowerShell,
  type HostOptions,
  type PowerShell,
} from '#host';
import { clock, temporaryFolder } from '../../fixtures/environment.ts';
import { copyLab } from '../../fixtures/lab.ts';
import { findEngine, missingEngine, simulationEnvironment } from './engine.ts';
import { closeInitiator } from './iscsi-cmdlets.ts';
import { createSmallLab } from './small-lab.ts';
import { serveWorld, type SimulatedHost } from './server.ts';
import { newWorld, type World, type WorldOptions } from './world.ts';

export interface Simulation {
  readonly home: string;
  readonly world: World;
  readonly host: Hypervisor;
  readonly restorer: VmRestorer;
  readonly recoverer: VmRecoverer;
  readonly shell: PowerShell;
  readonly ledger: string;
  /** For another process that is to meet the same host. */
  readonly environment: Readonly<Record<string, string>>;
  /** Another console on the same host, as after a restart. */
  restart(): Started;
}

interface Started {
  readonly host: Hypervisor;
  readonly restorer: VmRestorer;
  readonly recoverer: VmRecoverer;
  readonly shell: PowerShell;
}

export type SimulationOptions = Omit<WorldOptions, 'home'> & {
  readonly path?: HostOptions['path'];
  readonly json?: '5.1' | '7';
  readonly limits?: Partial<HostOptions['limits']>;
};

/** Waits of a simulated host are short: its jobs move on whenever they are looked at. */
export const pollMs = 2;
export const simulationLimits: HostOptions['limits'] = {
  ...defaultLimits,
  jobSeconds: 20,
  mergeSeconds: 1,
  earlierMergeSeconds: 1,
  cancelledMergeMs: 50,
  retryPauseMs: 10,
};

/** One server and few shells for a whole test file, whose tests run one after the other; the world is each test's own. */
let current: World | undefined;
let served: Promise<SimulatedHost> | undefined;
const shells: { readonly shell: PowerShell; readonly json: '5.1' | '7'; free: boolean }[] = [];

after(async () => {
  for (const { shell } of shells) await shell.close();
  await (await served)?.close();
});

async function bench(): Promise<(json: '5.1' | '7') => (typeof shells)[number]> {
  const engine = await findEngine();
  if (engine === null) throw new Error(missingEngine);
  const { executable } = engine;
  const server = await serve();
  return (json) => {
    const free = shells.find((one) => one.free && one.json === json);
    if (free !== undefined) return Object.assign(free, { free: false });
    const environment = simulationEnvironment(server, json);
    const shell = startPowerShell({ executable, environment, connection: null, stopGraceMs: 5000, pollMs });
    const taken = { shell, json, free: false };
    shells.push(taken);
    return taken;
  };
}

function serve(): Promise<SimulatedHost> {
  served ??= serveWorld(() => {
    if (current === undefined) throw new Error('no test has made a world yet');
    return current;
  });
  return served;
}

/** A lab, a simulated host over its disks, and our host layer talking to it through a real PowerShell engine. */
export async function simulate(context: Pick<TestContext, 'after'>, options: SimulationOptions = {}): Promise<Simulation> {
  const home = await temporaryFolder(context as TestContext);
  await (options.smallDisks === true ? createSmallLab(home) : copyLab(home));
  const world = newWorld({ home, ...options });
  current = world;
  const ledger = join(home, 'ledger');
  const json = options.json ?? '7';
  const limits = { ...simulationLimits, ...options.limits };
  const hostOf = (shell: PowerShell): Started => {
    const path = options.path ?? 'auto';
    const of = { id: 'hv01', name: 'HV01', shell, clock, address: null, path, ledger, limits };
    return { host: hyperVHost(of), restorer: hyperVRestorer(of), recoverer: hyperVRecoverer(of), shell };
  };
  const takeShell = await bench();
  const taken = [takeShell(json)];
  context.after(() => {
    for (const one of taken) one.free = true;
    for (const kill of world.processes) kill();
    return closeInitiator(world);
  });
  const { shell } = taken[0]!;
  return {
    home,
    world,
    ledger,
    environment: simulationEnvironment(await serve(), json),
    ...hostOf(shell),
    restart: () => {
      const fresh = takeShell(json);
      taken.push(fresh);
      return hostOf(fresh.shell);
    },
  };
}
