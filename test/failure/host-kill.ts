import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { folderStorage } from '#engine/storage';
import { openRepository } from '#engine/repository';
import { openHome } from '#service';
import { placeRepository } from '../fixtures/empty-repository.ts';
import { clock, random, temporaryFolder } from '../fixtures/environment.ts';
import { assertShape, hostWith, residueOf, runOnce, victim } from '../powershell/matrix/run-cell.ts';
import { findEngine, missingEngine } from '../powershell/simulator/engine.ts';
import { simulate } from '../powershell/simulator/host.ts';
import { settle } from '../powershell/simulator/settle.ts';
import { addForeign } from '../powershell/simulator/world.ts';

const engine = await findEngine();
const skip = engine === null ? missingEngine : process.platform === 'linux' ? false : 'reads /proc';
const program = fileURLToPath(new URL('host-kill-program.ts', import.meta.url));

/** `console`: the driver lives on and sees its console gone. `machine`: both die at once, as with a power cut. */
type Kill = 'console' | 'machine';

async function killBench(context: TestContext, path: 'checkpoint' | 'shadow') {
  const simulation = await simulate(context, { path, smallDisks: true });
  const { environment, ledger, world } = simulation;
  addForeign(world, victim.id);
  const folder = await temporaryFolder(context);
  const [homePath, repositoryPath] = [join(folder, 'home'), join(folder, 'repository')];
  const home = openHome(homePath);
  const storage = folderStorage(repositoryPath);
  const secret = await placeRepository(storage);
  const repository = await openRepository(storage, { secret, random, clock });
  context.after(async () => {
    await repository.close();
    home.close();
  });
  /** Runs the console; at the given call of the host it is killed. Gives the calls that were made. */
  const backUp = async (killAt: number | null, kill: Kill): Promise<readonly string[]> => {
    world.calls.length = 0;
    const env = { ...process.env, ...environment, HOSTKEEP_POWERSHELL: engine!.executable, HOSTKEEP_PASSWORD: secret };
    const child = spawn(process.execPath, [program, homePath, repositoryPath, ledger, path, victim.id], {
      env,
      detached: true,
      stdio: 'ignore',
    });
    const group = child.pid!;
    world.onCall = () => {
      if (killAt === null || world.calls.length <= killAt) return;
      world.onCall = undefined;
      process.kill(kill === 'machine' ? -group : group, 'SIGKILL');
    };
    await once(child, 'exit');
    world.onCall = undefined;
    await driversGone(group);
    return [...world.calls];
  };
  const next = async (): Promise<void> => {
    const outcome = await runOnce(hostWith(simulation, path, 60), repository, home);
    assert.ok(outcome.result === 'success' || outcome.result === 'warning', JSON.stringify(outcome));
    await assertShape(world, simulation);
    assert.deepEqual(await residueOf(hostWith(simulation, path, 60)), []);
  };
  return { backUp, next, settle: () => settle(world) };
}

/** The driver of a console that died ends by itself; what it undoes until then, the next run must not meet halfway. */
async function driversGone(group: number): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (!(await hasDriver(group))) return;
    await sleep(20);
  }
  assert.fail('a driver outlived its console');
}

async function hasDriver(group: number): Promise<boolean> {
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${id}/stat`, 'utf8'),
      readFile(`/proc/${id}/cmdline`, 'utf8'),
    ]).catch(() => ['', '']);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) === group && fields[0] !== 'Z' && command.includes('driver.ps1')) return true;
  }
  return false;
}

/** One place for each thing that the host is asked for in turn. */
function places(calls: readonly string[]): readonly number[] {
  return calls.flatMap((call, at) => (call === calls[at - 1] ? [] : [at]));
}

for (const path of ['checkpoint', 'shadow'] as const)
  test(
    `path ${path}: a console killed at any step of a run leaves what the next one cleans, and nothing of others`,
    { skip },
    async (context) => {
      const bench = await killBench(context, path);
      await bench.backUp(null, 'console');
      // The second run is the usual one: it has a reference point to start from and one to remove.
      const calls = await bench.backUp(null, 'console');
      const every = Number(process.env['KILL_EVERY'] ?? 1);
      const at = places(calls).filter((_, index) => index % every === 0);
      assert.ok(at.length * every > 12, calls.join(' '));
      context.diagnostic(`killed at ${at.map((place) => calls[place]).join(', ')}`);
      for (const [index, place] of at.entries()) {
        await bench.backUp(place, index % 2 === 0 ? 'console' : 'machine');
        await bench.settle();
        await bench.next();
      }
    },
  );
