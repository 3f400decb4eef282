import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { placeRepositoryAt } from '../../fixtures/empty-repository.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { cli } from '../../fixtures/program.ts';
import { findEngine, missingEngine, simulationEnvironment } from './engine.ts';
import { serveWorld } from './server.ts';
import { createSmallLab } from './small-lab.ts';
import { newWorld, type World, type WorldOptions } from './world.ts';

export interface SimulatedCommandLine {
  readonly world: World;
  readonly folder: string;
  readonly home: string;
  /** Opens the empty repository in `repo` without a derivation. */
  readonly secret: string;
  run(...parameters: readonly string[]): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }>;
  /** The same with --json; the command must succeed. */
  json<Value>(...parameters: readonly string[]): Promise<Value>;
}

/** The command line on a simulated host, whose VMs have small disks. */
export async function simulatedCommandLine(
  context: TestContext,
  options: Omit<WorldOptions, 'home'> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<SimulatedCommandLine> {
  const engine = await findEngine();
  if (engine === null) throw new Error(missingEngine);
  const folder = await temporaryFolder(context);
  const home = join(folder, 'home');
  await createSmallLab(home);
  const secret = await placeRepositoryAt(join(folder, 'repo'));
  const world = newWorld({ home, ...options });
  const server = await serveWorld(world);
  context.after(() => server.close());
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...simulationEnvironment(server, '7'),
    HOSTKEEP_POWERSHELL: engine.executable,
    HOSTKEEP_HOME: home,
    HOSTKEEP_REPO: join(folder, 'repo'),
    HOSTKEEP_PASSWORD: secret,
    ...environment,
  };
  const run: SimulatedCommandLine['run'] = (...parameters) =>
    new Promise((resolve) => {
      execFile(process.execPath, [cli, ...parameters], { env }, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  return {
    world,
    folder,
    home,
    secret,
    run,
    async json<Value>(...parameters: readonly string[]) {
      const { status, stdout, stderr } = await run('--json', ...parameters);
      assert.equal(status, 0, `${parameters.join(' ')}: ${stdout}${stderr}`);
      return JSON.parse(stdout) as Value;
    },
  };
}
