import type { TestContext } from 'node:test';
import type { Hypervisor } from '#engine/ports';
import { defaultLimits, hyperVHost, startPowerShell, type HostOptions, type PowerShell } from '#host';
import { createLab } from '#lab';
import { join } from 'node:path';
import { clock, temporaryFolder } from '../../fixtures/environment.ts';
import { findEngine, simulationEnvironment } from './engine.ts';
import { serveWorld } from './server.ts';
import { newWorld, type World, type WorldOptions } from './world.ts';

export interface Simulation {
  readonly home: string;
  readonly world: World;
  readonly host: Hypervisor;
  readonly shell: PowerShell;
  readonly ledger: string;
  /** Another console on the same host, as after a restart. */
  restart(): { readonly host: Hypervisor; readonly shell: PowerShell };
}

export type SimulationOptions = Omit<WorldOptions, 'home'> & {
  readonly path?: HostOptions['path'];
  readonly json?: '5.1' | '7';
  readonly limits?: Partial<HostOptions['limits']>;
};

/** A lab, a simulated host over its disks, and our host layer talking to it through a real PowerShell engine. */
export async function simulate(context: Pick<TestContext, 'after'>, options: SimulationOptions = {}): Promise<Simulation> {
  const engine = await findEngine();
  if (engine === null) throw new Error('no PowerShell engine');
  const home = await temporaryFolder(context as TestContext);
  await createLab(home);
  const world = newWorld({ home, ...options });
  const server = await serveWorld(world);
  const ledger = join(home, 'ledger');
  const environment = simulationEnvironment(server.url, options.json ?? '7');
  const shells: PowerShell[] = [];
  const start = (): { host: Hypervisor; shell: PowerShell } => {
    const shell = startPowerShell({ executable: engine.executable, environment, connection: null, stopGraceMs: 5000 });
    shells.push(shell);
    const limits = { ...defaultLimits, jobSeconds: 20, mergeSeconds: 2, retryPauseMs: 10, ...options.limits };
    const host = hyperVHost({
      id: 'hv01',
      name: 'HV01',
      shell,
      clock,
      address: null,
      path: options.path ?? 'auto',
      ledger,
      limits,
    });
    return { host, shell };
  };
  context.after(async () => {
    for (const shell of shells) await shell.close();
    await server.close();
  });
  return { home, world, ledger, ...start(), restart: start };
}
