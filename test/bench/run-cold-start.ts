import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { coldCaches, median } from './measure.ts';
import { disks, environment, folder, hostkeep, repositoryOf, resetRepository } from './place.ts';
import { row, table } from './table.ts';

const wanted = 0.4;
const patience = 120_000;

/** A command to the first bytes of a guest's file, beside `restic mount` to the first bytes of the image in which it lies. */
export async function runColdStart(rounds: number): Promise<string> {
  for (const tool of ['hostkeep', 'restic'] as const) if (existsSync(`${repositoryOf(tool)}.first`)) resetRepository(tool);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await firstBytesOfCat());
    theirs.push(await firstBytesOfMount());
  }
  const ratio = median(ours) / median(theirs);
  const rows = [
    row('hostkeep cat', median(ours).toFixed(2), `${ratio.toFixed(2)} (${ratio <= wanted ? 'at most' : 'MISSED'} ${wanted})`),
    row('restic mount, then read', median(theirs).toFixed(2), ''),
  ];
  return table(['cold start to the first bytes', 'wall s', '/ restic'], rows);
}

async function firstBytesOfCat(): Promise<number> {
  coldCaches();
  const start = performance.now();
  const path = '/disk0/part1/noise.bin';
  const child = spawn(hostkeep[0], [hostkeep[1], 'cat', 'A@latest', path], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('hostkeep cat ended without a byte'))),
  ]);
  const took = (performance.now() - start) / 1000;
  child.kill('SIGKILL');
  await ended;
  return took;
}

async function firstBytesOfMount(): Promise<number> {
  const mount = join(folder, 'mount');
  mkdirSync(mount, { recursive: true });
  coldCaches();
  const start = performance.now();
  const child = spawn('restic', ['--no-cache', '-q', 'mount', mount], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    const file = join(mount, 'snapshots', 'latest', disks.a);
    while (!existsSync(file)) {
      if (performance.now() - start > patience) throw new Error('restic mount shows nothing');
      await sleep(5);
    }
    const opened = openSync(file, 'r');
    readSync(opened, Buffer.alloc(65_536), 0, 65_536, 0);
    closeSync(opened);
    return (performance.now() - start) / 1000;
  } finally {
    spawnSync('umount', [mount]);
    child.kill('SIGINT');
    await ended;
  }
}
