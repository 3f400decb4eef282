import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRepositoryAt } from '#service';
import { coldCaches, median } from './measure.ts';
import { disks, environment, folder, hostkeep, prepare, repositoryOf, resetRepository } from './place.ts';
import { row, table } from './table.ts';

const wanted = 0.4;
const patience = 120_000;
const path = '/disk0/part1/noise.bin';

/**
 * A command to the first bytes of a guest's file, beside `restic mount` to the first bytes of the image in which it lies. Given the passphrase as
 * people give it, and given what an unlocked console remembers of it, by standard input, as it starts its runs.
 */
export async function runColdStart(rounds: number): Promise<string> {
  for (const tool of ['hostkeep', 'restic'] as const) if (existsSync(`${repositoryOf(tool)}.first`)) resetRepository(tool);
  // Whoever starts a command has used it before: a run that ends keeps what was compiled.
  prepare(...hostkeep, 'ls', 'A@latest', '/disk0/part1');
  prepare(...hostkeep, 'cat', 'A@latest', path, '--preview');
  const remembered = await rememberedSecret();
  const typed: number[] = [];
  const known: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    typed.push(await firstBytesOfCat(null));
    known.push(await firstBytesOfCat(remembered));
    theirs.push(await firstBytesOfMount());
  }
  const ratio = (ours: readonly number[]): string => {
    const share = median(ours.map((took, round) => took / theirs[round]!));
    return `${share.toFixed(2)} (${share <= wanted ? 'at most' : 'MISSED'} ${wanted})`;
  };
  const rows = [
    row('hostkeep cat, passphrase given', median(typed).toFixed(2), ratio(typed)),
    row('hostkeep cat, as the console starts its runs: key remembered', median(known).toFixed(2), ratio(known)),
    row('restic mount, then read', median(theirs).toFixed(2), ''),
  ];
  return table(['cold start to the first bytes', 'wall s', '/ restic'], rows);
}

/** What the vault of a console holds once the repository is unlocked. */
async function rememberedSecret(): Promise<string> {
  const repository = await openRepositoryAt(repositoryOf('hostkeep'), async () => environment['HOSTKEEP_PASSWORD']!);
  await repository.close();
  return repository.remembered;
}

async function firstBytesOfCat(remembered: string | null): Promise<number> {
  const words = [...(remembered === null ? [] : ['--password-stdin']), 'cat', 'A@latest', path];
  coldCaches();
  const start = performance.now();
  const child = spawn(hostkeep[0], [hostkeep[1], ...words], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(remembered === null ? '' : `${remembered}\n`);
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
